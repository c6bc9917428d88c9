using Hub.Control.Protocol;

namespace Hub.Control.Notifications;

/// <summary>Something that people want to be told, with what to type next. The body of a webhook is this as JSON.</summary>
/// <param name="Id">The same at each attempt: who gets it twice knows it by that.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Next">The next command.</param>
internal sealed record Notification(
    string Id, DateTimeOffset At, string Kind, string Subject, string Text, string Next, string? By, string? From, string? Reason, string? Before, string? After)
{
    /// <summary>What a line of the audit trail is to people who did not look; null: nothing.</summary>
    public static Notification? Of(AuditView row)
    {
        var moved = $"{row.Before} → {row.After}";
        var (kind, text, next) = row.Action switch
        {
            "group shift" => ("flip", $"{row.Subject}: {moved}", $"hub group rollback {row.Subject}"),
            "group mirror" => ("flip", $"{row.Subject}: {moved}", $"hub group show {row.Subject}"),
            "group rollback" when row.By == PlaneRollback.Guard => ("trip", $"A guard took {row.Subject} back: {moved}", $"hub group show {row.Subject}"),
            "group rollback" => ("rollback", $"{row.Subject} is rolled back: {moved}", $"hub group gates {row.Subject}"),
            "gate held" => ("gate", $"{row.Subject} is held", $"hub group gates {row.Subject}"),
            "plan start" => ("plan", $"A plan climbs {row.Subject} by {row.After}", $"hub group plan {row.Subject}"),
            "plan step" => ("plan", $"The plan of {row.Subject}: {moved}", $"hub group rollback {row.Subject}"),
            "plan end" => ("plan", $"The plan of {row.Subject} is over", $"hub group show {row.Subject}"),
            "apply" => ("apply", $"{row.Subject} is applied: {row.After}", "hub status"),
            "freeze" or "unfreeze" => ("freeze", moved, "hub status"),
            _ => ("", "", ""),
        };
        return kind.Length == 0 ? null : new Notification(
            $"audit-{row.Id}", row.At, kind, row.Subject, text, next, row.By, row.From, row.Reason, row.Before, row.After);
    }

    /// <summary>All of it as a line of text.</summary>
    public string Line => $"{Text}{(string.IsNullOrEmpty(Reason) ? "" : $" ({Reason})")}{(By is null ? "" : $", by {By}")}. Next: {Next}";
}
