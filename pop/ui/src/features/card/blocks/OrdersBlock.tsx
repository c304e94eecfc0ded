import { useTranslation } from "react-i18next";
import { useNow } from "../../../app/useNow";
import { day } from "../../../core/format";
import type { Order } from "../../../protocol/types";
import classes from "./blocks.module.css";
import { Part } from "./Part";
import { useMore } from "./useMore";

export function OrdersBlock({ orders }: { orders: readonly Order[] }) {
  const { t, i18n } = useTranslation();
  const now = useNow(0);
  const { shown, more } = useMore(orders, 3);
  if (orders.length === 0) return null;
  return (
    <Part title={t("card.orders")}>
      <ul className={classes.rows}>
        {shown.map((order) => (
          <li key={order.id} className={classes.row}>
            <span className={classes.grow}>{order.title}</span>
            {order.amount && <span className="number">{order.amount}</span>}
            <span className={classes.below}>
              {[order.status, day(order.at, now, i18n.language)].filter(Boolean).join(" · ")}
            </span>
          </li>
        ))}
      </ul>
      {more}
    </Part>
  );
}
