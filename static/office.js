"use strict";

/* Keyboard, forms and printing in the back-office. Everything here is an aid; every page works without it. */
(() => {
  const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  const follow = (ending) => {
    const link = document.querySelector(`#nav-sidebar a[href$="${ending}"]`);
    if (link) {
      link.click();
    }
  };

  /* Rows of a list: j and k move, Enter opens. */
  const moveRow = (step) => {
    const links = [...document.querySelectorAll("[data-rows] .row-link, #result_list tbody th a")];
    if (!links.length) {
      return;
    }
    const here = links.indexOf(document.activeElement);
    const next = links[Math.min(Math.max(here + step, 0), links.length - 1)];
    document.querySelectorAll(".is-here").forEach((row) => row.classList.remove("is-here"));
    next.closest("tr").classList.add("is-here");
    next.focus();
    next.scrollIntoView({ block: "center" });
  };

  const search = () => {
    const field = document.querySelector("#searchbar, [data-search]");
    if (field) {
      field.focus();
      field.select();
    } else {
      follow("/cases/case/");
    }
  };

  const keys = {
    "/": search,
    "?": () => document.getElementById("shortcuts")?.showModal(),
    j: () => moveRow(1),
    k: () => moveRow(-1),
  };
  const places = { h: "/admin/", q: "/queue/" };
  let isGoing = false;

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    const act = isGoing && places[event.key] ? () => follow(places[event.key]) : keys[event.key];
    isGoing = event.key === "g";
    if (act) {
      event.preventDefault();
      act();
    }
  };

  /* What opens on a click opens on Enter and the space bar too. */
  const makeReachable = () => {
    document.querySelectorAll("[x-on\\:click]:not(button, input, a[href], [href])").forEach((element) => {
      if (element.closest("#modal-overlay, #changelist-filter-close")) {
        return;
      }
      element.tabIndex = 0;
      element.setAttribute("role", "button");
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          element.click();
        }
      });
    });
  };

  /* A form that was changed asks once before it is left. */
  const guard = (form) => {
    let isDirty = "unsaved" in form.dataset || form.querySelector("[aria-invalid=true]") !== null;
    form.addEventListener("input", () => {
      isDirty = true;
    });
    form.addEventListener("submit", (event) => {
      isDirty = false;
      if (form.dataset.isSent) {
        event.preventDefault();
      }
      form.dataset.isSent = "yes";
    });
    window.addEventListener("pageshow", () => delete form.dataset.isSent);
    window.addEventListener("beforeunload", (event) => {
      if (isDirty) {
        event.preventDefault();
      }
    });
  };

  const focusFirst = (form) => {
    const summary = document.querySelector("[data-error-summary]");
    const fields = [...form.querySelectorAll("input:not([type=hidden], [type=radio]), select, textarea")];
    (summary ?? fields.find((field) => !field.value) ?? fields[0])?.focus();
  };

  /* A choice that explains itself: what is told under it follows what is chosen. */
  const explain = (select) => {
    const told = document.getElementById(`${select.id}_helptext`);
    select.addEventListener("change", () => {
      told.textContent = select.selectedOptions[0]?.dataset.help ?? "";
    });
  };

  /* A link to a folded list unfolds it. */
  const unfoldTarget = () => {
    const list = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (list instanceof HTMLDetailsElement) {
      list.open = true;
    }
  };

  /* Long text shows three lines until somebody asks for more. */
  const fold = (text) => {
    text.classList.add("is-folded");
    if (text.scrollHeight <= text.clientHeight + 2) {
      text.classList.remove("is-folded");
      return;
    }
    const words = document.getElementById("shortcuts").dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "unfold-button";
    button.textContent = words.more;
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const isFolded = text.classList.toggle("is-folded");
      button.textContent = isFolded ? words.more : words.less;
      button.setAttribute("aria-expanded", String(!isFolded));
    });
    text.after(button);
  };

  /* How far a job in the background is; when it is over, the page shows what came of it. */
  const followJob = async (panel) => {
    const bar = panel.querySelector("progress");
    const answer = await fetch(panel.dataset.progress, { headers: { Accept: "application/json", "By-Itself": "1" } }).catch(() => null);
    if (answer?.ok) {
      const told = await answer.json();
      if (!told.is_running || told.state !== panel.dataset.state) {
        location.reload();
        return;
      }
      panel.querySelector("[data-progress-phase]").textContent = told.phase;
      panel.querySelector("[data-progress-rows]").textContent = told.total ? `${told.done} / ${told.total}` : "";
      if (told.total) {
        bar.max = told.total;
        bar.value = told.done;
      } else {
        bar.removeAttribute("value");
      }
    }
    setTimeout(followJob, 1000, panel);
  };

  /* A menu closes on Escape, and when somebody turns elsewhere. */
  const closing = (menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) {
        menu.open = false;
      }
    });
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  };

  /* The theme hides the page until it is ready, and what is hidden takes no focus. */
  const focusAsked = () => {
    if (document.activeElement === document.body) {
      document.querySelector("[autofocus]")?.focus();
    }
  };

  document.addEventListener("keydown", onKey);
  window.addEventListener("load", focusAsked);
  document.addEventListener("DOMContentLoaded", () => {
    makeReachable();
    document.querySelectorAll("form[data-guard]").forEach(guard);
    document.querySelectorAll("form[data-first-empty]").forEach(focusFirst);
    document.querySelectorAll("select[data-explains]").forEach(explain);
    document.querySelectorAll("details[data-menu]").forEach(closing);
    document.querySelectorAll(".folded").forEach(fold);
    window.addEventListener("hashchange", unfoldTarget);
    unfoldTarget();
    document.querySelectorAll("[data-progress]").forEach((panel) => setTimeout(followJob, 1000, panel));
    document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
  });
})();
