import { Button, Group, Text } from "@mantine/core";
import { IconSearch, IconUserPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Candidate, Card } from "../../protocol/types";
import { CandidateList } from "./CandidateList";
import classes from "./card.module.css";
import { useChoose } from "./useChoose";

const ContactSearch = lazy(() => import("./ContactSearch"));
const NewContactForm = lazy(() => import("./NewContactForm"));

interface Props {
  card: Card;
  /** The present choice when it is being changed. */
  keep: Candidate | undefined;
  onDone(): void;
}

type Tool = "none" | "search" | "create";

/** Nobody is chosen yet, or the choice is being changed: candidates, search, new contact. */
export function ChooseBody({ card, keep, onDone }: Props) {
  const { t } = useTranslation();
  const unknown = card.match === "unknown" && !keep;
  const [tool, setTool] = useState<Tool>(unknown && card.candidates.length === 0 ? "search" : "none");
  const choose = useChoose(card.call_id);
  const close = () => setTool("none");
  return (
    <>
      <Question card={card} />
      <CandidateList
        candidates={card.candidates}
        chosen={card.chosen_id}
        usually={card.usually}
        busy={choose.busy}
        onChoose={choose.choose}
      />
      <Suspense fallback={<div className={classes.tool} />}>
        {tool === "search" && (
          <ContactSearch known={card.candidates} busy={choose.busy} onChoose={choose.choose} />
        )}
        {tool === "create" && <NewContactForm card={card} onCancel={close} onCreated={onDone} />}
      </Suspense>
      <Group gap="xs" mt="xs">
        {tool !== "search" && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconSearch size={15} />}
            onClick={() => setTool("search")}
          >
            {t("card.find")}
          </Button>
        )}
        {tool !== "create" && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconUserPlus size={15} />}
            data-key="create"
            onClick={() => setTool("create")}
          >
            {t("card.newContact")}
          </Button>
        )}
        {keep && (
          <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
            {t("card.keep", { name: keep.name })}
          </Button>
        )}
      </Group>
    </>
  );
}

function Question({ card }: { card: Card }) {
  const { t } = useTranslation();
  const count = card.candidates.length;
  if (card.match === "anonymous" && count === 0) {
    return (
      <Text size="sm" c="dimmed" mb="xs">
        {t("card.anonymousHint")}
      </Text>
    );
  }
  if (count === 0) {
    return (
      <Text fw={600} mb="xs">
        {t("card.unknown")}
      </Text>
    );
  }
  const certain = card.candidates.every((each) => each.certain);
  return <p className={classes.question}>{t(certain ? "card.chooseTitle" : "card.maybeTitle", { count })}</p>;
}
