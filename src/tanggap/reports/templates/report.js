(function () {
  var root = document.documentElement, key = "tanggap-theme";
  function kept() { try { return localStorage.getItem(key); } catch (error) { return null; } }
  var asked = new URLSearchParams(location.search).get("theme") || kept();
  if (asked === "light" || asked === "dark") root.dataset.theme = asked;
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("theme");
    button.hidden = false;
    button.addEventListener("click", function () {
      var dark = root.dataset.theme ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem(key, root.dataset.theme); } catch (error) { /* a file may not keep things */ }
    });
  });
})();
