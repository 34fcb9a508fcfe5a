// What the search page says of each page that it finds.

// A formula stands in a page twice: as it looks, and as MathML for screen readers. An excerpt needs it once.
const { htmlToText } = Search;
Search.htmlToText = (html, anchor) => htmlToText(html.replace(/<span class="katex-mathml">.*?<\/math><\/span>/gs, ""), anchor);

// A page that was opened from the disk must not read other files, so no excerpts can be made there.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  const told = document.createElement("p");
  told.textContent = "Opened from the disk, the search lists pages without excerpts; make serve shows them.";
  document.getElementById("search-results").before(told);
}
