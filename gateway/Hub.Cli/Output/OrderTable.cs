using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class OrderTable
{
    public static TextTable Of(IEnumerable<OrderView> orders, TimeProvider time)
    {
        var table = new TextTable("ORDER", "STATE", "TOTAL", "RECEIVED", "UPDATED", "WAITS FOR");
        foreach (var order in orders)
        {
            table.Add(
                order.Key, order.State, order.Total, Words.Time(order.ReceivedAt, time), Words.Time(order.UpdatedAt, time),
                order.Waiting);
        }

        return table;
    }

    public static Fields Answer(OrderAnswer answer) => new()
    {
        { "order", answer.Order.Key },
        { "state", answer.Order.State },
        { "now", answer.Note },
        { "waits for", answer.Order.Waiting },
    };

    public static TextTable Steps(OrderDetail order, TimeProvider time)
    {
        var table = new TextTable("AT", "STEP", "ATTEMPT", "OUTCOME", "REFERENCE", "DETAIL");
        foreach (var step in order.Steps)
        {
            table.Add(
                Words.Time(step.At, time), step.Step, Words.Number(step.Attempt), step.Outcome, step.Reference, step.Detail);
        }

        return table;
    }
}
