// Sends the one form of a page that only leads on; without scripts its button does.

document.querySelector("form[data-send-at-once]")?.requestSubmit();
