import { Text } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import type { i18n } from "i18next";
import { useTranslation } from "react-i18next";
import { useDeskState } from "../../app/desk";
import { elapsed } from "../../core/format";
import { chapters, type Group, type Line, startOf, witnesses } from "../../core/trace";
import type { Decision } from "../../protocol/types";
import type { en } from "../../texts/en";
import classes from "./trace.module.css";

type Rule = keyof typeof en.trace.rule;

/** Dots part keys of the texts, so a rule's name is written with an underscore there. */
const textKey = (rule: string): string => rule.replaceAll(".", "_");
const isKnown = (key: string, { exists }: i18n): key is Rule => exists(`trace.rule.${key}`);

function useName(): (agent: string) => string {
  const agents = useDeskState((state) => state.agents);
  return (agent) => agents.get(agent)?.name || agent;
}

/** A call's decisions by chapter, after the answer to the question asked most: who saw a card? */
export function Timeline({ items, live }: { items: readonly Decision[]; live: boolean }) {
  const { t, i18n } = useTranslation();
  const start = new Date(startOf(items)).toLocaleTimeString(i18n.language, { hourCycle: "h23" });
  return (
    <>
      <Verdict items={items} live={live} />
      <Text size="xs" c="dimmed" mb="xs" className="number">
        {t("trace.start", { time: start })}
      </Text>
      {chapters(items).map((group) => (
        <Chapter key={group.chapter} group={group} />
      ))}
    </>
  );
}

function Verdict({ items, live }: { items: readonly Decision[]; live: boolean }) {
  const { t, i18n } = useTranslation();
  const nameOf = useName();
  const all = witnesses(items);
  if (all.length === 0 && live) return null; // a card may yet come
  const seconds = (value: number) => value.toLocaleString(i18n.language, { maximumFractionDigits: 2 });
  return (
    <ul className={classes.verdict}>
      {all.length === 0 && (
        <li data-unseen="">
          <IconEyeOff size={16} aria-hidden /> {t("trace.noCard")}
        </li>
      )}
      {all.map(({ agent, seenAfter }) =>
        seenAfter === undefined ? (
          <li key={agent} data-unseen="">
            <IconEyeOff size={16} aria-hidden /> {t("trace.unseen", { name: nameOf(agent) })}
          </li>
        ) : (
          <li key={agent}>
            <IconEye size={16} aria-hidden />{" "}
            {t("trace.seen", { name: nameOf(agent), time: seconds(seenAfter) })}
          </li>
        ),
      )}
    </ul>
  );
}

function Chapter({ group }: { group: Group }) {
  const { t } = useTranslation();
  const id = `trace-${group.chapter}`;
  return (
    <section aria-labelledby={id} className={classes.chapter}>
      <h3 id={id}>{t(`trace.stage.${group.chapter}`)}</h3>
      <ol className={classes.lines}>
        {group.lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: decisions have no id and are only ever added
          <Row key={i} line={line} />
        ))}
      </ol>
    </section>
  );
}

function Row({ line }: { line: Line }) {
  const { t, i18n } = useTranslation();
  const nameOf = useName();
  const key = textKey(line.rule);
  const title = isKnown(key, i18n) ? t(`trace.rule.${key}`) : line.rule;
  return (
    <li className={classes.line} data-rule={line.rule}>
      <time className={`number ${classes.after}`} dateTime={line.at} title={line.at}>
        {elapsed(line.after, i18n.language)}
      </time>
      <div className={classes.what}>
        <span className={classes.rule}>{title}</span>
        {line.agent && <span> · {nameOf(line.agent)}</span>}
        {line.text && (
          <span className={classes.detail} lang="en">
            {line.text}
          </span>
        )}
      </div>
    </li>
  );
}
