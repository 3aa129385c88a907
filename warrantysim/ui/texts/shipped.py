"""Why each shipped scenario is there: what its file says in English, and the same in Chinese."""

from __future__ import annotations

TEXTS = {
    "shipped.why.base": (
        "A complete, plausible seller to decide for, to change and to compare with.",
        "一个完整、合理的卖家，供决策、修改和对比之用。",
    ),
    "shipped.why.benchlease-out": (
        "What the retainer over both desks is worth against the best rule without it.",
        "与没有该合同时的最优规则相比，覆盖两个维修台的包月合同值多少钱。",
    ),
    "shipped.why.currencies-down-10": (
        "Every other currency buys 10 % fewer dollars, so that prices, labels and quotes abroad weigh less in the "
        "report.",
        "其他货币兑美元各贬值 10%，境外的售价、面单和报价折算后占比下降。",
    ),
    "shipped.why.currencies-up-10": (
        "Every other currency buys 10 % more dollars, so that prices, labels and quotes abroad weigh more in the "
        "report.",
        "其他货币兑美元各升值 10%，境外的售价、面单和报价折算后占比上升。",
    ),
    "shipped.why.eu-window-30": (
        "The platform cut the window for electronics from 30 to 14 days in March 2024. If it goes back, the platform "
        "decides more of the early claims, at the seller's cost.",
        "平台于 2024 年 3 月将电子产品退货期由 30 天缩至 14 天。若恢复原期限，更多早期工单将由平台裁定，"
        "费用由卖家承担。",
    ),
    "shipped.why.fba-to-fbm": (
        "Inside the return window the platform decides for its own orders and debits the seller; shipping them oneself "
        "brings those claims under the seller's rule, by order date.",
        "退货期内，平台对其配送的订单自行裁定并向卖家扣款；改为自发货后，这些工单按下单日期适用卖家自己的规则。",
    ),
    "shipped.why.flatfix-out": (
        "What the flat-price quote in Texas is worth against the best rule without it.",
        "与没有该报价时的最优规则相比，德州的固定单价报价值多少钱。",
    ),
    "shipped.why.freight-up-40": (
        "Air and sea rates have moved by more than this within a year; finance wants to know from which freight rate "
        "on China no longer pays.",
        "空运和海运费率一年内的波动曾超过此幅度；财务想知道运费涨到多少时返回中国维修不再划算。",
    ),
    "shipped.why.guide-off": (
        "What the guide in the box and online is worth; without it every user-fixable claim runs its full course.",
        "随箱及在线指南值多少钱；没有指南，用户可自行解决的工单都将走完整个流程。",
    ),
    "shipped.why.law-no-deduction": (
        "Both laws let a seller take the use made of a unit off the refund. If a court or an act ends that on 1 July "
        "2027, for claims from that day on, money is the full price at any age, and offering it instead of a repair "
        "costs more.",
        "两国法律均允许卖家在退款中扣除使用折旧。若法院或法案自 2027 年 7 月 1 日起终止该做法，则自该日起的工单在任何"
        "使用时长下均须全额退款，以退款代替维修的成本更高。",
    ),
    "shipped.why.new-year-doubled": (
        "The bench stands still for 19 days over Chinese New Year 2027; after some New Years workers came back late. "
        "Units held up run against customs clocks.",
        "2027 年春节维修台停工 19 天；有些年份节后工人返岗较晚。滞留的机器会逼近海关时限。",
    ),
    "shipped.why.nff-up-10": (
        "Studies put the share of returned electronics without a fault anywhere from a quarter to two thirds (S113, "
        "S115). Here ten of every hundred claims that had a hardware fault have none; the other hardware faults keep "
        "their proportions.",
        "研究显示，退回的电子产品中无故障的比例从四分之一到三分之二不等（S113、S115）。此处每百张工单中有十张由"
        "硬件故障变为无故障，其余硬件故障的比例不变。",
    ),
    "shipped.why.power-bank-recall": (
        "A bad cell lot in half of the power banks of the second half of 2026: 8 % of them swell within the first "
        "year, and more than two million power banks were recalled in one month of 2025 (S95). Such units neither fly "
        "nor go to China.",
        "2026 年下半年的充电宝有一半使用了不良电芯批次：其中 8% 在第一年内鼓包；2025 年曾有一个月召回逾两百万台"
        "充电宝（S95）。此类产品既不能空运，也不能运往中国。",
    ),
    "shipped.why.tariff-surcharge": (
        "A surcharge of 10 % on top of Section 301 held from February to July 2026 (S66) and can return. It makes "
        "every new unit and every repair brought back to the US dearer.",
        "2026 年 2 月至 7 月曾在 301 关税之上加征 10%（S66），今后可能恢复。"
        "每台新机和每台维修后运回美国的机器都会更贵。",
    ),
    "shipped.why.tierwerk-out-in-june": (
        "Partners close; from June on German units need another way, and units on the bench must still be finished.",
        "服务商会停业；自 6 月起德国的机器需另寻去处，在修机器仍须修完。",
    ),
    "shipped.why.warranty-24-months": (
        "Marketing wants one promise for all markets, the one German law makes anyway; this is its price.",
        "市场部希望所有市场统一承诺，即德国法律本已要求的期限；这是其代价。",
    ),
}
