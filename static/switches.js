// Switches in lists, which are forms of one button: sent without a page load, and shown at once.

// Give what the server answered, which is nothing or JSON; put the switch back and throw, if it
// answered anything else.
export async function flip(form) {
  const field = form.elements.enabled;
  const sent = new FormData(form);
  show(form, field.value === "1");
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: sent, headers });
    if (!answer.ok) throw new Error(answer.status);
    return answer.status === 204 ? null : await answer.json();
  } catch (error) {
    show(form, field.value === "1");
    throw error;
  }
}

function show(form, isOn) {
  const button = form.querySelector("[role=switch]");
  button.setAttribute("aria-checked", isOn);
  form.elements.enabled.value = isOn ? "0" : "1";
}
