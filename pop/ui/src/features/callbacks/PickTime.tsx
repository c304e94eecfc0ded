import "@mantine/dates/styles.css";
import "dayjs/locale/ru";
import { DateTimePicker } from "@mantine/dates";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { useNow } from "../../app/useNow";

interface Props {
  value: string;
  onChange(due: string): void;
}

const written = "YYYY-MM-DD HH:mm:ss";

/** Any time of the next thirty days, by the clock of the agent. */
export default function PickTime({ value, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  return (
    <DateTimePicker
      mt={6}
      maw={280}
      size="sm"
      label={t("callbacks.times.at")}
      placeholder={t("callbacks.times.placeholder")}
      locale={i18n.language}
      valueFormat={i18n.language === "ru" ? "D MMMM, HH:mm" : "D MMM, HH:mm"}
      dropdownType="modal"
      ariaLabels={{ previousMonth: t("callbacks.times.previous"), nextMonth: t("callbacks.times.next") }}
      styles={{ placeholder: { color: "var(--mantine-color-dimmed)" } }} // Mantine's is 2:1
      highlightToday
      hideOutsideDates
      weekendDays={[]} // red on white is 3.3:1
      minDate={dayjs(now).format(written)}
      maxDate={dayjs(now).add(30, "day").format(written)}
      timePickerProps={{
        hoursInputLabel: t("callbacks.times.hours"),
        minutesInputLabel: t("callbacks.times.minutesOf"),
        withDropdown: true,
        minutesStep: 5,
        format: "24h",
      }}
      submitButtonProps={{ "aria-label": t("callbacks.times.set") }}
      modalProps={{ title: t("callbacks.times.at"), closeButtonProps: { "aria-label": t("app.close") } }}
      value={value ? dayjs(value).format(written) : null}
      onChange={(chosen) => onChange(chosen ? dayjs(chosen).toISOString() : "")}
    />
  );
}
