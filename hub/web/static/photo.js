// A big photo is made small before it leaves the phone; without this, the limit is said by the server.
"use strict";

const photo = document.querySelector("form[data-photo] input[type=file]");
if (photo) {
  photo.addEventListener("change", async () => {
    const file = photo.files[0];
    if (!file || file.size < 400000) return;
    try {
      const seen = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, 1000 / Math.max(seen.width, seen.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(seen.width * scale), height: Math.round(seen.height * scale) });
      canvas.getContext("2d").drawImage(seen, 0, 0, canvas.width, canvas.height);
      const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
      const held = new DataTransfer();
      if (small) held.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
      if (small) photo.files = held.files;
    } catch { /* The browser cannot read it: the server says what fits. */ }
  });
}
