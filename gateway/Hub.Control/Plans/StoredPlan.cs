using System.Collections.Immutable;
using System.Text.Json;
using Hub.Control.Access;
using Hub.Control.Revisions;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Plans;

/// <summary>A plan as control's store holds it, one a group.</summary>
/// <param name="Steps">Shares in ten-thousandths, rising.</param>
/// <param name="Share">The share that the plan knows of: another one was set by hand.</param>
/// <param name="SeenRequests">Requests of New since <paramref name="StepAt"/>.</param>
/// <param name="Held">The gates that held it at the last look, so that a hold is told once.</param>
internal sealed record StoredPlan(
    ImmutableArray<int> Steps,
    long Requests,
    long Orders,
    bool AnyTime,
    string By,
    string? Reason,
    DateTimeOffset StartedAt,
    DateTimeOffset StepAt,
    int Share,
    long SeenRequests = 0,
    long SeenOrders = 0,
    string Held = "")
{
    public int? Next => Steps.FirstOrDefault(step => step > Share) is > 0 and var next ? next : null;

    public static StoredPlan? Read(SqliteConnection connection, string group) =>
        connection.Query($"SELECT state FROM plan WHERE grp = {group}", row => Parse(row.GetString(0))) is [var plan] ? plan : null;

    public static Dictionary<string, StoredPlan> ReadAll(SqliteConnection connection) =>
        connection.Query($"SELECT grp, state FROM plan", row => (row.GetString(0), Parse(row.GetString(1)))).ToDictionary();

    public void Write(SqliteConnection connection, string group) => connection.Execute(
        $"INSERT OR REPLACE INTO plan (grp, state) VALUES ({group}, {JsonSerializer.Serialize(this, JsonSerializerOptions.Web)})");

    /// <summary>Ends the group's plan, if there is one, in the transaction of what ends it.</summary>
    public static void End(RevisionDraft draft, string group, Caller by, string why)
    {
        if (draft.Connection.Execute($"DELETE FROM plan WHERE grp = {group}") > 0)
        {
            draft.Audit(by, "plan end", group, why, null, null);
        }
    }

    private static StoredPlan Parse(string json) => JsonSerializer.Deserialize<StoredPlan>(json, JsonSerializerOptions.Web)!;
}
