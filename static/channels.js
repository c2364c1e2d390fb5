// Switching and moving channels without a page load; forms and buttons do the same without this.

const list = () => document.getElementById("iptv-channels");
const page = list()?.closest(".iptv-page");

function tell(words, isBad = false) {
  const said = list().querySelector(".iptv-channels-said");
  said.textContent = words;
  said.classList.toggle("iptv-failed", isBad);
}

function failed() {
  tell(list().dataset.iptvFailed, true);
}

async function flip(form) {
  const button = form.querySelector("[role=switch]");
  const field = form.elements.enabled;
  const sent = new FormData(form);
  const show = (isOn) => {
    button.setAttribute("aria-checked", isOn);
    form.closest("tr").classList.toggle("iptv-off", !isOn);
    field.value = isOn ? "0" : "1";
  };
  show(field.value === "1");
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: sent, headers });
    if (answer.status !== 204) throw new Error(answer.status);
    tell("");
  } catch {
    show(field.value === "1");
    failed();
  }
}

// Send a form and take the list out of the page that answers.
async function place(address, sent) {
  const focused = document.activeElement?.id;
  try {
    const answer = await fetch(address, { method: "POST", body: sent });
    const answered = new DOMParser().parseFromString(await answer.text(), "text/html");
    const renewed = answered.getElementById("iptv-channels");
    if (!renewed) throw new Error(answer.status);
    list().replaceChildren(...renewed.childNodes);
    list().dispatchEvent(new CustomEvent("iptv:renewed", { bubbles: true }));
    const notice = answered.querySelector(".iptv-notice[role=status] span");
    if (notice) tell(notice.textContent);
    focus(focused);
  } catch {
    failed();
  }
}

// At an end of the list there is only the button that leads back.
function focus(id) {
  const other = id?.replace(/^(up|down)/, (way) => (way === "up" ? "down" : "up"));
  const wrong = list().querySelector("[aria-invalid]");
  (wrong ?? document.getElementById(id) ?? document.getElementById(other))?.focus();
}

page?.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.querySelector("[role=switch]")) {
    event.preventDefault();
    flip(form);
  } else if (form.id === "iptv-move" || form.closest(".iptv-place")) {
    event.preventDefault();
    const sent = new FormData(form);
    const button = event.submitter;
    if (button?.name) sent.set(button.name, button.value);
    place(button?.formAction || form.action, sent);
  }
});

page?.addEventListener("change", ({ target }) => {
  if (target.closest(".iptv-place") && target.name === "number") target.form.requestSubmit();
});

// A row is dragged by its logo; the buttons beside its number do the same from the keyboard.
page?.addEventListener("pointerdown", (event) => {
  const logo = event.target.closest(".iptv-channels .iptv-logo");
  if (!logo || event.button !== 0) return;
  event.preventDefault();
  const row = logo.closest("tr");
  const before = row.nextElementSibling;
  const start = row.rowIndex;
  row.classList.add("iptv-dragged");
  logo.setPointerCapture(event.pointerId);
  const move = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest("tbody tr");
    if (!over || over === row || over.parentNode !== row.parentNode) return;
    if (over.rowIndex > row.rowIndex) over.after(row);
    else over.before(row);
    logo.setPointerCapture(event.pointerId);
  };
  const stop = (ended) => {
    logo.removeEventListener("pointermove", move);
    row.classList.remove("iptv-dragged");
    const moved = row.rowIndex - start;
    if (ended.type === "pointercancel") row.parentNode.insertBefore(row, before);
    else if (moved) drop(row, moved > 0 ? "after" : "before");
  };
  logo.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) {
    logo.addEventListener(end, stop, { once: true });
  }
});

function drop(row, side) {
  const neighbour = side === "after" ? row.previousElementSibling : row.nextElementSibling;
  const sent = new FormData(document.getElementById("iptv-move"));
  sent.set(side, neighbour.id.replace("channel-", ""));
  const form = row.querySelector(".iptv-place form");
  place(form.action, sent);
}
