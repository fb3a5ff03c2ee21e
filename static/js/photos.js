// Photos enlarge in place. Without this file, or when it fails, each photo's link leads to its own page.

const viewed = document.querySelector("[data-viewer]");
const words = viewed.dataset;
const links = [...viewed.querySelectorAll("[data-src]")];

const slides = links.map((link) => ({
  src: link.dataset.src,
  srcset: link.dataset.srcset,
  width: Number(link.dataset.width),
  height: Number(link.dataset.height),
  alt: link.querySelector("img").alt,
  msrc: link.querySelector("img").currentSrc,
  caption: link.parentElement.querySelector("figcaption"),
}));

let viewer; // a promise of PhotoSwipe's class, asked for when the first photo is opened

function loadViewer() {
  viewer ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = words.viewerStyle;
    style.onload = resolve;
    style.onerror = reject;
    document.head.append(style);
  })
    .then(() => import(words.viewer))
    .then((module) => module.default);
  return viewer;
}

function addCaption(lightbox) {
  lightbox.ui.registerElement({
    name: "caption",
    appendTo: "root",
    onInit(element) {
      element.setAttribute("aria-live", "polite");
      lightbox.on("change", () => {
        // With its parts as they are on the page: each has its language, and the tag its frame.
        const caption = lightbox.currSlide.data.caption?.cloneNode(true);
        element.replaceChildren(...(caption?.children ?? []));
      });
    },
  });
}

// The open viewer is one step in the history: a phone's Back closes it and stays on the page.
function closeOnBack(lightbox) {
  let wentBack = false;
  const onBack = () => {
    wentBack = true;
    lightbox.close();
  };
  history.pushState({ viewer: true }, "");
  addEventListener("popstate", onBack, { once: true });
  // While it is still fading in, PhotoSwipe hears no close().
  lightbox.on("openingAnimationEnd", () => wentBack && lightbox.close());
  lightbox.on("close", () => {
    removeEventListener("popstate", onBack);
    if (!wentBack) history.back();
  });
}

async function open(link) {
  const PhotoSwipe = await loadViewer();
  if (document.querySelector(".pswp")) return; // a second tap while the viewer was on its way
  const lightbox = new PhotoSwipe({
    dataSource: slides,
    index: Number(link.dataset.photo) - 1,
    bgOpacity: 0.94,
    padding: { top: 0, bottom: 56, left: 0, right: 0 }, // the caption's place
    showHideAnimationType: matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "fade",
    closeTitle: words.close,
    zoomTitle: words.zoom,
    arrowPrevTitle: words.previous,
    arrowNextTitle: words.next,
    errorMsg: words.failed,
    returnFocus: false,
  });
  lightbox.on("uiRegister", () => addCaption(lightbox));
  lightbox.on("destroy", () => link.focus({ preventScroll: true }));
  lightbox.init();
  closeOnBack(lightbox);
  lightbox.element.ariaLabel = words.label;
  lightbox.element.ariaModal = "true";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-photo]");
  const plainClick = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || event.button !== 0 || !plainClick) return;
  event.preventDefault();
  open(link).catch(() => location.assign(link.href));
});
