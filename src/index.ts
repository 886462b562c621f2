export { FETCH_ERRORS, UsageError, WebspoolError, type FetchErrorCode } from "./errors.ts";
