// Runs before the first paint. The key is the one of web/theme/colour-scheme.ts.
(function () {
  var wanted = "auto";
  try {
    wanted = window.localStorage.getItem("countersign-colour-scheme") || "auto";
  } catch (error) {
    // Storage may be forbidden; then the system decides.
  }
  var dark =
    wanted === "dark" || (wanted !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
