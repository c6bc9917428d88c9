using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Planes;

/// <summary>
/// Rollbacks made on this plane: they survive its restart, win over each revision, and stay in force until a revision
/// holds them for all planes (SAFETY.md 12).
/// </summary>
internal sealed class OwnRollbacks(string folder)
{
    private readonly string _file = Path.Combine(folder, "rollbacks.json");

    public ImmutableArray<PlaneRollback> Pending { get; private set; } = [];

    public void Load() => Pending = [.. DiskFile.ReadJson<PlaneRollback[]>(_file) ?? []];

    /// <summary>In force at once; durable when this returns.</summary>
    /// <exception cref="IOException">In force, but the disk did not take it.</exception>
    public void Add(PlaneRollback rollback)
    {
        Pending = Pending.Add(rollback);
        DiskFile.WriteJson(_file, Pending);
    }

    /// <summary>A revision holds these for all planes now.</summary>
    public void Release(ImmutableArray<Guid> adopted)
    {
        var left = Pending.RemoveAll(rollback => adopted.Contains(rollback.Id));
        if (left.Length < Pending.Length)
        {
            Pending = left;
            DiskFile.WriteJson(_file, left);
        }
    }

    public Revision MergeInto(Revision revision)
    {
        var groups = revision.Groups;
        foreach (var rollback in Pending.Where(rollback => !revision.AdoptedRollbacks.Contains(rollback.Id)))
        {
            foreach (var (name, state) in groups.Where(group => rollback.Group is null || rollback.Group == group.Key))
            {
                // Pins and claims made under this very revision, before the rollback, are meant too.
                var next = revision.Id.Number + 1;
                groups = groups.SetItem(name, state with
                {
                    Share = 0,
                    RolledBack = true,
                    VoidBefore = next,
                    EvacuateBefore = rollback.Evacuate ? next : state.EvacuateBefore,
                });
            }
        }

        return revision with { Groups = groups };
    }
}
