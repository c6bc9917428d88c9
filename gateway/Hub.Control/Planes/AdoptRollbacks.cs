using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Groups;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Hub.Storage;

namespace Hub.Control.Planes;

/// <summary>
/// Makes a rollback that was made on a plane a revision for all planes, once (SAFETY.md 12). It is listed in revisions
/// until that plane has let go of its own.
/// </summary>
internal sealed class AdoptRollbacks(RevisionLog revisions, ControlStore store, TimeProvider time)
{
    public async Task TakeAsync(string plane, ImmutableArray<PlaneRollback> pending)
    {
        var listed = revisions.Current.Revision.AdoptedRollbacks;
        if (pending.Any(rollback => !listed.Contains(rollback.Id)))
        {
            await revisions.ChangeAsync<bool>(draft =>
            {
                foreach (var rollback in pending)
                {
                    Adopt(draft, plane, rollback);
                }

                return true;
            });
        }

        if (listed.Length > 0)
        {
            await ReleaseAsync(plane, pending);
        }
    }

    private static void Adopt(RevisionDraft draft, string plane, PlaneRollback rollback)
    {
        var known = draft.Connection.Query(
            $"SELECT released_at FROM adopted_rollback WHERE id = {rollback.Id.ToString()}", row => row.TextOrNull(0));
        if (known is [null])
        {
            return;
        }

        draft.Touch();
        draft.Connection.Execute(
            $"INSERT INTO adopted_rollback (id, plane, at) VALUES ({rollback.Id.ToString()}, {plane}, {rollback.At}) ON CONFLICT (id) DO UPDATE SET released_at = NULL");
        if (known.Count > 0)
        {
            // Adopted before; the plane has not seen it yet and will, in this revision's list.
            return;
        }

        var caller = new Caller(rollback.By, Role.Plane, $"plane {plane}");
        var groups = draft.Before.Revision.Groups.Keys.Where(group => rollback.Group is null || rollback.Group == group).ToList();
        if (rollback.By == PlaneRollback.Guard && groups is [var only] && draft.State.Groups[only].State is { RolledBack: true } stands
            && (!rollback.Evacuate || stands.EvacuateBefore == stands.VoidBefore))
        {
            // The guards of several planes saw the same: it is one rollback.
            return;
        }

        groups.ForEach(group => RollbackGroupEndpoint.RollBack(draft, group, rollback.Evacuate, rollback.Reason, caller));
        if (groups.Count == 0)
        {
            draft.Audit(caller, "group rollback", rollback.Group ?? "all", rollback.Reason, null, "no such group in the document in force");
        }
    }

    private async Task ReleaseAsync(string plane, ImmutableArray<PlaneRollback> pending)
    {
        List<Guid> open;
        using (var connection = store.Open())
        {
            open = connection.Query(
                $"SELECT id FROM adopted_rollback WHERE plane = {plane} AND released_at IS NULL", row => Guid.Parse(row.GetString(0)));
        }

        foreach (var id in open.Where(id => pending.All(rollback => rollback.Id != id)))
        {
            await store.WriteAsync(connection => connection.Execute(
                $"UPDATE adopted_rollback SET released_at = {time.GetUtcNow()} WHERE id = {id.ToString()}"));
        }
    }
}
