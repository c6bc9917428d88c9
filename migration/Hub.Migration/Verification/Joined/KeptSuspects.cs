using Hub.ChangeFeed;
using Hub.Migration.Applying;

namespace Hub.Migration.Verification.Joined;

/// <summary>
/// Looks again at kept source rows that differ, under fresh watermarks, until it is certain which of them do: as
/// <see cref="SuspectCheck"/> does with a target's rows.
/// </summary>
internal sealed class KeptSuspects(VerifiedTarget target, KeptTable kept, TimeProvider time)
{
    /// <summary>Those that differ for certain.</summary>
    public async Task<List<Difference>> CheckAsync(IReadOnlyCollection<ChangeRow> keys, CancellationToken cancellationToken)
    {
        var differences = new List<Difference>();
        foreach (var some in keys.Chunk(SuspectCheck.AtOnce))
        {
            var open = new Dictionary<object?[], ChangeRow>(KeyComparer.Instance);
            foreach (var key in some)
            {
                open[KeptTable.KeyOf(key)] = key;
            }

            for (var round = 1; open.Count > 0; round++)
            {
                open = await LookAsync(open, round == SuspectCheck.Rounds, differences, cancellationToken);
                if (open.Count > 0)
                {
                    await Task.Delay(SuspectCheck.Pause * (1 << round), time, cancellationToken);
                }
            }
        }

        return differences;
    }

    /// <returns>Those of which it is not certain yet.</returns>
    private async Task<Dictionary<object?[], ChangeRow>> LookAsync(
        Dictionary<object?[], ChangeRow> open, bool last, List<Difference> differences, CancellationToken cancellationToken)
    {
        using var window = kept.Watch(time, new HashSet<object?[]>(open.Keys, KeyComparer.Instance));
        var low = await window.MarkAsync(cancellationToken);
        var expected = new Dictionary<object?[], object?[]?>(KeyComparer.Instance);
        foreach (var row in await target.Source.ReadRowsAsync(kept.Source, [.. open.Values], cancellationToken))
        {
            expected[KeptTable.KeyOf(VerifiedTarget.KeyOf(kept.Source, row))] = kept.Of(row);
        }

        await window.AppliedAsync(await window.MarkAsync(cancellationToken), cancellationToken);
        var actual = await kept.ReadAsync(open.Values, cancellationToken);
        var touched = window.Since(low);
        var again = new Dictionary<object?[], ChangeRow>(KeyComparer.Instance);
        foreach (var (key, sourceKey) in open)
        {
            var (wanted, there, touch) = (expected.GetValueOrDefault(key), actual.GetValueOrDefault(key), touched?.GetValueOrDefault(key));
            if (KeptTable.AreSame(wanted, there) || touch?.Rows?.Exists(seen => KeptTable.Brought(seen, there)) == true)
            {
                continue;
            }

            if (last || (touched is not null && touch is null))
            {
                differences.Add(new Difference(key, sourceKey, wanted, there, Problem: null));
            }
            else
            {
                again.Add(key, sourceKey);
            }
        }

        return again;
    }
}
