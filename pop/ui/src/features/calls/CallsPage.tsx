import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../app/Page";
import { CallFilters } from "./CallFilters";
import { CallResults } from "./CallList";
import type { Filter } from "./useCalls";

const route = getRouteApi("/calls");

/** All calls that the agent may see; the address holds the filter. */
export function CallsPage() {
  const { t } = useTranslation();
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  // Typing replaces the address; it would fill the way back with half words.
  const change = (next: Filter) => void navigate({ search: next, replace: true });
  return (
    <Page title={t("nav.calls")}>
      <CallFilters filter={filter} onFilter={change} />
      <CallResults filter={filter} />
    </Page>
  );
}
