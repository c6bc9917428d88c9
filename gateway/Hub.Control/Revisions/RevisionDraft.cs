using Hub.Control.Access;
using Hub.Control.Documents;
using Hub.Control.Protocol;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Revisions;

/// <summary>The next revision while it is made, inside its transaction. What nobody changed is no new revision.</summary>
internal sealed class RevisionDraft(SqliteConnection connection, Wanted before, DateTimeOffset now)
{
    public SqliteConnection Connection => connection;

    public Wanted Before => before;

    public DateTimeOffset Now => now;

    /// <summary>The number and epoch that it will have.</summary>
    public RevisionId Id { get; private set; } = before.Revision.Id with { Number = before.Revision.Id.Number + 1 };

    public StoredState State { get; private set; } = before.State;

    public HubDocument Document { get; private set; } = before.Document;

    public bool Changed { get; private set; }

    public bool Frozen => State.FrozenUntil > now;

    public void SetGroup(string name, GroupState state, Caller by, string? reason) =>
        Set(State with { Groups = State.Groups.SetItem(name, new StoredGroup(state, now, by.Name, reason)) });

    public void SetFreeze(DateTimeOffset? until) => Set(State with { FrozenUntil = until });

    public void SetDocument(HubDocument document)
    {
        // What it says of groups that were not in force is told by the document; where they stand is not its to say.
        var groups = State.Groups;
        foreach (var name in document.Config.Groups.Keys.Except(before.Document.Config.Groups.Keys))
        {
            groups = groups.SetItem(name, groups.TryGetValue(name, out var was)
                ? was with { State = was.State with { Share = 0 } }
                : new StoredGroup(new GroupState(0), null, null, null));
        }

        var datasets = State.Datasets;
        foreach (var (name, dataset) in document.Config.Datasets.Where(dataset => !datasets.ContainsKey(dataset.Key)))
        {
            datasets = datasets.Add(name, new DatasetState(Sides.Word(dataset.Owner)));
        }

        connection.Execute(
            $"INSERT OR IGNORE INTO document (hash, text, file, at) VALUES ({document.Hash}, {document.Text}, {document.File}, {now})");
        Document = document;
        Set(State with { Groups = groups, Datasets = datasets });
    }

    /// <summary>A new or restored store draws a new epoch; numbers only grow (SAFETY.md 12).</summary>
    public void DrawEpoch(string epoch, long above)
    {
        Id = new RevisionId(epoch, Math.Max(Id.Number, above + 1));
        Changed = true;
    }

    /// <summary>The list of adopted rollbacks changed, and planes must see it.</summary>
    public void Touch() => Changed = true;

    public void Audit(Caller by, string action, string subject, string? reason, string? was, string? becomes) =>
        Control.Audit.AuditTrail.Add(connection, now, by, action, subject, reason, was, becomes, Changed ? Id : before.Revision.Id);

    private void Set(StoredState state)
    {
        State = state;
        Changed = true;
    }
}
