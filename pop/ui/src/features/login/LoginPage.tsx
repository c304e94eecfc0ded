import { Alert, Button, Group, Paper, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDesk } from "../../app/desk";
import Preferences from "../../app/Preferences";
import type { Session } from "../../core/desk";
import classes from "./login.module.css";
import { useLoginFailure } from "./useLoginFailure";

type Why = Extract<Session, { state: "out" }>["why"];

export function LoginPage({ why }: { why: Why }) {
  const { t } = useTranslation();
  return (
    <main className={classes.page}>
      <Paper withBorder p="lg" radius="lg" className={classes.box}>
        <Group justify="space-between" mb="md">
          <Group gap="xs">
            <img src="/favicon.svg" alt="" width={28} height={28} />
            <Title order={1}>{t("app.name")}</Title>
          </Group>
          <Preferences />
        </Group>
        <LoginForm why={why} />
      </Paper>
    </main>
  );
}

function LoginForm({ why }: { why: Why }) {
  const { t } = useTranslation();
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const filled = (value: string) => (value === "" ? t("login.missing") : null);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { username: "", password: "" },
    validate: { username: (v) => filled(v.trim()), password: filled },
  });
  const submit = form.onSubmit(async ({ username, password }) => {
    setBusy(true);
    setError(undefined);
    try {
      await desk.login(username.trim(), password);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Notice why={why} error={error} />
        <TextInput
          label={t("login.username")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          autoFocus
          key={form.key("username")}
          {...form.getInputProps("username")}
        />
        <PasswordInput
          label={t("login.password")}
          autoComplete="current-password"
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={busy} mt="xs" fullWidth>
          {t("login.submit")}
        </Button>
      </Stack>
    </form>
  );
}

const reasons = {
  expired: "login.expired",
  logged_out: "login.loggedOut",
  forbidden: "login.forbidden",
} as const;

function Notice({ why, error }: { why: Why; error: unknown }) {
  const { t } = useTranslation();
  const failure = useLoginFailure(error);
  if (failure) {
    return (
      <Alert color="red" icon={<IconAlertTriangle size={18} />} title={failure.title} role="alert" p="sm">
        {failure.hint}
      </Alert>
    );
  }
  if (!why) return null;
  return (
    <Alert color="sea" icon={<IconInfoCircle size={18} />} role="status" p="sm">
      {t(reasons[why])}
    </Alert>
  );
}
