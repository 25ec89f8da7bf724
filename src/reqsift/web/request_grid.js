// The list of requests: AG Grid in its infinite row model over /api/requests.
// Captured values reach the page as text only: cells keep AG Grid's default rendering, and the one
// renderer below sets `textContent`.
import * as AgGrid from "nicegui-aggrid";

const BLOCK = 200;
const OPEN_AFTER_MS = 120; // arrow keys held down must not load every request on the way

const THEME = AgGrid.themeQuartz.withParams({
  accentColor: "var(--accent)",
  backgroundColor: "var(--surface)",
  borderColor: "var(--line)",
  browserColorScheme: "inherit",
  cellHorizontalPadding: 8,
  fontFamily: "inherit",
  fontSize: 13,
  foregroundColor: "var(--text)",
  headerBackgroundColor: "var(--bg)",
  headerHeight: 30,
  headerTextColor: "var(--muted)",
  rowHeight: 27,
  rowHoverColor: "var(--hover)",
  selectedRowBackgroundColor: "var(--ticked)",
  wrapperBorder: false,
  wrapperBorderRadius: 0,
});

function size({ value }) {
  if (value === undefined) return "";
  if (value < 1000) return `${value} B`;
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}

function target({ data }) {
  if (!data) return "";
  const slash = data.url.indexOf("/", data.url.indexOf("://") + 3);
  return slash < 0 ? "/" : data.url.slice(slash);
}

function badge({ value }) {
  const element = document.createElement("span");
  element.className = value ? "count" : "";
  element.textContent = value || "";
  return element;
}

const COLUMNS = [
  { headerName: "#", field: "entryIndex", width: 62, type: "rightAligned" },
  { headerName: "Method", field: "method", width: 76, cellClass: "method" },
  { headerName: "Host", field: "host", flex: 2, minWidth: 110, tooltipField: "host" },
  { headerName: "Path", colId: "path", valueGetter: target, flex: 4, minWidth: 140, tooltipField: "url" },
  {
    headerName: "Status",
    field: "status",
    width: 66,
    valueFormatter: ({ value }) => (value === null ? "none" : value),
    cellClass: ({ value }) => (value >= 500 ? "status-5" : value >= 400 ? "status-4" : ""),
  },
  { headerName: "Type", field: "mimeType", width: 100, tooltipField: "mimeType" },
  { headerName: "Size", field: "responseSize", width: 76, type: "rightAligned", valueFormatter: size },
  { headerName: "Findings", field: "findings", width: 80, cellRenderer: badge },
];

export default {
  template: `<div role="region" aria-label="Requests"></div>`,
  props: { captureId: String, text: String },
  emits: ["counted", "opened", "ticked", "failed"],
  mounted() {
    AgGrid.ModuleRegistry.registerModules([AgGrid.AllCommunityModule]);
    this.api = AgGrid.createGrid(this.$el, this.options());
    this.$el.addEventListener("keydown", this.leave, true); // before the grid's own Tab
    this.slash = (event) => this.focusFilter(event);
    document.addEventListener("keydown", this.slash);
  },
  unmounted() {
    document.removeEventListener("keydown", this.slash);
    this.api.destroy();
  },
  watch: {
    captureId: "reload",
    text: "reload",
  },
  methods: {
    options() {
      return {
        theme: THEME,
        columnDefs: COLUMNS,
        defaultColDef: { sortable: false, suppressHeaderMenuButton: true, suppressMovable: true },
        rowModelType: "infinite",
        datasource: { getRows: (wanted) => this.rows(wanted) },
        cacheBlockSize: BLOCK,
        maxBlocksInCache: 20,
        infiniteInitialRowCount: BLOCK,
        getRowId: ({ data }) => data.id,
        rowSelection: { mode: "multiRow", checkboxes: true, headerCheckbox: false },
        selectionColumnDef: { width: 40 },
        enableBrowserTooltips: true,
        suppressHeaderFocus: true,
        focusGridInnerElement: () => this.enter(),
        animateRows: false,
        overlayNoRowsTemplate: "No request fits the filter.",
        onCellFocused: ({ rowIndex }) => this.openSoon(rowIndex),
        onSelectionChanged: () => this.$emit("ticked", this.tickedIds().length),
      };
    },
    async rows({ startRow, endRow, successCallback, failCallback }) {
      const query = new URLSearchParams({ offset: startRow, limit: endRow - startRow });
      if (this.captureId) query.set("captureId", this.captureId);
      if (this.text) query.set("text", this.text);
      try {
        const answer = await fetch(`${window.path_prefix ?? ""}/api/requests?${query}`);
        const page = await answer.json();
        if (!answer.ok) throw new Error(page.detail);
        successCallback(page.items, page.total);
        this.count(page.total);
      } catch (error) {
        failCallback();
        this.$emit("failed", `The requests could not be loaded: ${error.message}`);
      }
    },
    count(total) {
      if (total === 0) this.api.showNoRowsOverlay();
      else this.api.hideOverlay();
      if (total !== this.total) this.$emit("counted", total);
      this.total = total;
      this.openSoon(this.row); // its row may have been on the way when it was focused
    },
    openSoon(row) {
      this.row = row;
      clearTimeout(this.opening);
      this.opening = setTimeout(() => this.open(), OPEN_AFTER_MS);
    },
    open() {
      if (!(this.row >= 0)) return; // the grid would ask for rows before the first
      const id = this.api.getDisplayedRowAtIndex(this.row)?.data?.id;
      if (id === undefined || id === this.openId) return;
      this.openId = id;
      this.$emit("opened", id);
    },
    // Tab enters the list where it was left, and leaves it at once; arrow keys move in it.
    enter() {
      const cell = this.api.getFocusedCell();
      const row = cell?.rowIndex ?? this.api.getFirstDisplayedRowIndex();
      if (row >= 0) this.api.setFocusedCell(row, cell?.column ?? "path");
      return row >= 0;
    },
    leave(event) {
      if (event.key !== "Tab" || !event.target.closest(".ag-cell, .ag-row")) return;
      const ways = event.shiftKey ? [".upload button"] : [".finding .line", ".messages", ".theme"];
      const next = ways.map((way) => document.querySelector(way)).find((to) => to?.checkVisibility());
      event.preventDefault();
      event.stopPropagation();
      next?.focus();
    },
    tickedIds() {
      return this.api.getSelectedNodes().map((node) => node.id);
    },
    reload() {
      this.row = null;
      this.api.deselectAll();
      this.api.clearFocusedCell();
      this.api.ensureIndexVisible(0);
      this.api.purgeInfiniteCache();
    },
    refresh() {
      this.api.refreshInfiniteCache();
    },
    focusFilter(event) {
      const inField = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || inField) return;
      event.preventDefault();
      document.querySelector(".filter input")?.focus();
    },
  },
};
