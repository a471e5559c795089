// Tells the platform that its registration has come to its end, as LTI Dynamic Registration 1.0 has it: the platform then closes
// the frame or the window.  The message says nothing else, so that it may go to whichever page opened this one.

const opener = window.opener ?? (window.parent === window ? null : window.parent);
opener?.postMessage({ subject: "org.imsglobal.lti.close" }, "*");
