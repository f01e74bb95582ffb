/** Files on their way to the server, inside the JSON of an act. */

let next = 0;

/** {id, filename, content_type, size, data}: `data` is base64, `id` is what a value refers to. */
export async function packFile(file) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  next += 1;
  return {
    id: String(next), filename: file.name, content_type: file.type || "application/octet-stream", size: file.size,
    data: url.slice(url.indexOf(",") + 1),
  };
}
