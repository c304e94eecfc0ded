import { Alert, Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { Translation } from "react-i18next";

/** Keeps a fault in one part of the page from taking the cards with it. */
export class Boundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Translation>
        {(t) => (
          <Alert color="red" title={t("app.crashed")}>
            <p>{t("app.crashedHint")}</p>
            <Button size="xs" onClick={() => location.reload()}>
              {t("app.reload")}
            </Button>
          </Alert>
        )}
      </Translation>
    );
  }
}
