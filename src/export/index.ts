/** Answers as files that other tools read. */
export { encodeAnswer, type EncodedAnswer, type ExportSource } from "./encode-answer.ts";
export { EXPORT_FORMATS, exportForm, type ExportForm, type ExportFormat } from "./export-format.ts";
