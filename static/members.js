// A tick on the page of a package's channels is saved at once; without this a button saves the page.

const page = document.getElementById("iptv-found");
let last = Promise.resolve();

async function save(form, id, wanted) {
  const sent = new FormData();
  const token = form.querySelector("[data-iptv-csrf]");
  if (token) sent.set(token.name, token.value);
  // It was the other way round before, whatever the page has shown at first.
  sent.set("seen", JSON.stringify({ channels: wanted ? [] : [Number(id)] }));
  if (wanted) sent.set("channels", id);
  const answer = await fetch(form.action, {
    method: "POST",
    body: sent,
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).said;
}

function tell(words, isBad) {
  const said = page.querySelector("output");
  if (!said) return; // The list was searched meanwhile.
  said.textContent = words;
  said.classList.toggle("iptv-members-failed", isBad);
}

page.addEventListener("change", ({ target: box }) => {
  if (!box.closest("[data-iptv-members]")) return;
  const { form, checked: wanted } = box;
  // One after the other: the last answer has the right number.
  last = last
    .then(() => save(form, box.value, wanted))
    .then((words) => tell(words, false))
    .catch(() => {
      box.checked = !wanted;
      tell(form.dataset.iptvFailed, true);
    });
});
