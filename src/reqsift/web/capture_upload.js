// Imports capture files by button or by dropping them anywhere on the page. The file goes straight
// to POST /api/captures, which writes it to disk as it arrives.
export default {
  template: `
    <span class="upload">
      <button type="button" class="action" :disabled="busy !== ''" @click="$refs.file.click()">
        {{ busy || "Import a HAR file" }}
      </button>
      <input
        ref="file" type="file" multiple hidden accept=".har,.json,.gz" aria-label="Capture files"
        @change="send([...$refs.file.files])"
      />
      <teleport to="body">
        <div v-if="dragging" class="drop">Drop the HAR file to import it</div>
      </teleport>
    </span>
  `,
  props: { maxBytes: Number },
  emits: ["imported", "refused"],
  data: () => ({ busy: "", dragging: false }),
  mounted() {
    this.listeners = { dragover: this.over, dragleave: this.leave, drop: this.drop };
    for (const [name, call] of Object.entries(this.listeners)) document.addEventListener(name, call);
  },
  unmounted() {
    for (const [name, call] of Object.entries(this.listeners)) document.removeEventListener(name, call);
  },
  methods: {
    over(event) {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.dragging = true;
    },
    leave(event) {
      if (event.relatedTarget === null) this.dragging = false;
    },
    drop(event) {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.dragging = false;
      if (this.busy === "") this.send([...event.dataTransfer.files]);
    },
    async send(files) {
      for (const file of files) {
        try {
          this.$emit("imported", { ...(await this.post(file)), source: file.name });
        } catch (error) {
          this.$emit("refused", error.message);
        }
      }
      this.busy = "";
      this.$refs.file.value = "";
    },
    post(file) {
      if (file.size > this.maxBytes) {
        const reason = `${file.name} has ${file.size} bytes, this server takes ${this.maxBytes}.`;
        return Promise.reject(new Error(`${reason} Raise REQSIFT_MAX_UPLOAD or split it.`));
      }
      return new Promise((resolve, reject) => {
        const form = new FormData();
        form.append("file", file);
        const request = new XMLHttpRequest();
        request.open("POST", `${window.path_prefix ?? ""}/api/captures`);
        request.responseType = "json";
        request.upload.onprogress = ({ loaded, total }) => {
          const percent = Math.floor((100 * loaded) / total);
          this.busy = percent < 100 ? `Sending… ${percent} %` : "Reading…";
        };
        request.onload = () => {
          if (request.status < 300) resolve(request.response);
          else reject(new Error(request.response?.detail ?? `The server answered ${request.status}.`));
        };
        request.onerror = () => reject(new Error(`${file.name} could not be sent; is reqsift running?`));
        this.busy = "Sending…";
        request.send(form);
      });
    },
  },
};
