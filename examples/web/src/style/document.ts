// Custom properties and the font belong to the document; a host's own values stay stronger.
import tokens from "./tokens.css?inline";

const sheet = new CSSStyleSheet();
sheet.replaceSync(tokens);
document.adoptedStyleSheets = [sheet, ...document.adoptedStyleSheets];
