// Forms that change something are sent once, however often their button is pressed.

export function prepare(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.iptvSent) {
      event.preventDefault();
      return;
    }
    form.dataset.iptvSent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    // A download leaves the page as it is, and then the form may be sent again.
    if (form.hasAttribute("data-iptv-download")) setTimeout(() => ready(form), 1000);
  });

  // A page that comes back by the browser's own button is the page as it was left.
  addEventListener("pageshow", () => root.querySelectorAll("form[data-iptv-sent]").forEach(ready));

  // What is done to very many goes on, page by page.
  root.querySelector("form[data-iptv-goes-on]")?.requestSubmit();
}

function ready(form) {
  delete form.dataset.iptvSent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}
