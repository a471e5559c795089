// A page that comes back with errors starts at their list, so that nobody has to look for what went wrong.
document.querySelector("[data-error-summary]")?.focus();
