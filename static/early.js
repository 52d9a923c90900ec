// Runs before the page is painted, so that nothing jumps: marks script support, and restores the
// contrast a person chose on this device. The choice stays in the browser; it is never sent anywhere.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
try {
  if (localStorage.getItem("contrast") === "high") {
    document.documentElement.classList.add("app-contrast");
  }
} catch {
  // Storage is switched off: the page follows the system's own contrast setting instead.
}
