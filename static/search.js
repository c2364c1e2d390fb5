// Searching as you type, on any page with a list.
//
// The page has a form of the class iptv-search that is sent by GET, and says in data-iptv-region the
// id of the element with the list. A while after a key or at once after a choice, this module asks
// for the address that the form would lead to, and takes that element's content from the answer.
// What in it has the attribute data-iptv-found is said aloud: how many there are, or that there are
// none. Then "iptv:renewed" is sent to the element, so that other modules prepare what is new.
// Without this module, the form's button does the same by loading a page.

const PAUSE = 200;

for (const form of document.querySelectorAll("form.iptv-search[data-iptv-region]")) prepare(form);

function prepare(form) {
  const region = document.getElementById(form.dataset.iptvRegion);
  const said = document.createElement("output");
  said.className = "iptv-unseen";
  said.setAttribute("aria-live", "polite");
  form.append(said);
  let timer, running;
  let shown = address(form);

  async function search() {
    clearTimeout(timer);
    const wanted = address(form);
    // Whatever was asked before is not wanted any more, even if this is what is shown already.
    running?.abort();
    region.removeAttribute("aria-busy");
    if (wanted === shown) return;
    const own = (running = new AbortController());
    region.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(wanted, { signal: own.signal, credentials: "same-origin" });
      const text = await answer.text();
      if (own.signal.aborted) return;
      const found = new DOMParser().parseFromString(text, "text/html").getElementById(region.id);
      if (!answer.ok || !found) throw new Error(`no list at ${wanted}`);
      shown = wanted;
      history.replaceState(history.state, "", wanted);
      region.replaceChildren(...found.childNodes);
      said.textContent = region.querySelector("[data-iptv-found]")?.textContent.trim() ?? "";
      const detail = { isSearched: true };
      region.dispatchEvent(new CustomEvent("iptv:renewed", { bubbles: true, detail }));
    } catch (error) {
      // The page itself says best what is wrong, such as that the login is over.
      if (error.name !== "AbortError") location.assign(wanted);
    } finally {
      if (running === own) region.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(search, PAUSE);
  });
  form.addEventListener("compositionend", () => (timer = setTimeout(search, PAUSE)));
  form.addEventListener("change", (event) => {
    if (event.target.localName === "select") search();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
}

// Where the form would lead; fields without a value say nothing.
function address(form) {
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (value) url.searchParams.append(name, value);
  }
  return url.href;
}
