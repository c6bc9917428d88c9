using Hub.Control.Protocol;

namespace Hub.Cli.Output;

/// <summary>A plan that climbs.</summary>
internal static class PlanFields
{
    public static void Write(TextWriter output, PlanView plan, TimeProvider time) => new Fields
    {
        { "plan", string.Join(", ", plan.Steps.Select(Words.Share)) },
        { "stands at", Words.Share(plan.Share) },
        { "next", plan.Next is { } next ? Words.Share(next) : null },
        { "seen", $"{Words.Number(plan.Requests)} of {Words.Number(plan.OfRequests)} requests, {Words.Number(plan.Orders)} of {Words.Number(plan.OfOrders)} orders, since {Words.Time(plan.StepAt, time)}" },
        { "waits for", plan.Waits },
        { "climbs", plan.AnyTime ? "at any time" : "in working hours" },
        { "by", plan.By },
        { "why", plan.Reason },
    }.WriteTo(output);
}
