// Sets the colours before anything is painted. A file of its own, because inline code is not allowed here.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('himsog-theme');
  } catch {
    // A browser that keeps nothing follows the system.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-theme', dark ? 'dark' : 'light');
})();
