using Hub.ChangeFeed;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification.Joined;

/// <summary>
/// Compares a table with joins with what the kept source rows make of it. Both stand in the target and are committed together, so that each
/// part is read at one moment and what differs does so for certain, whatever is written meanwhile:
/// 1. the roots that are kept, in pages: what their owners' rows make, against the rows that stand there;
/// 2. the rows that stand there, in pages, against what their owner's kept rows make: those that nobody seems to have made are looked for
///    among all roots at the end (<see cref="JoinedExtra"/>).
/// </summary>
internal sealed class JoinedCheck(VerifiedTarget target, TableMapping table, VerificationPace pace) : ITableCheck
{
    private const string Made = "@made";
    private const string There = "@there";
    private const int AtOnce = 2_000;
    private readonly JoinedComparison _rows = new(target, table);
    private readonly JoinedExtra _extra = new(target, table);

    /// <summary>Called after each part that is settled.</summary>
    public required Func<TableStep, Task> Settled { get; init; }

    public async Task RunAsync(ChangeRow? after, CancellationToken cancellationToken)
    {
        if (CheckPlace.Of(after, There) is not { } place)
        {
            await CompareMadeAsync(CheckPlace.Of(after, Made) ?? "", cancellationToken);
            place = "";
        }

        await CompareStandingAsync(place, cancellationToken);
    }

    private async Task CompareMadeAsync(string after, CancellationToken cancellationToken)
    {
        var pageRows = Math.Min(pace.ChunkRows, AtOnce);
        for (var last = false; !last;)
        {
            var (roots, differences) = await target.Store.ReadTogetherAsync(
                async at =>
                {
                    var page = await at.Kept.ReadPageAsync(_rows.Roots, after, pageRows, cancellationToken);
                    return (page, await _rows.DifferAsync(at, page, cancellationToken));
                },
                cancellationToken);
            last = roots.Count < pageRows;
            after = roots.Count == 0 ? after : roots[^1].Key;
            await Settled(new TableStep(last ? CheckPlace.At(There, "") : CheckPlace.At(Made, after), roots.Count, differences));
            await pace.KeepAsync(roots.Count, cancellationToken);
        }
    }

    private async Task CompareStandingAsync(string place, CancellationToken cancellationToken)
    {
        var after = place.Length == 0 ? null : KeyText.Read(place);
        var suspects = new List<object?[]>();
        var pageRows = Math.Min(pace.ChunkRows, AtOnce);
        for (var last = false; !last;)
        {
            var (read, unexplained) = await _extra.LookAsync(after, pageRows, cancellationToken);
            suspects.AddRange(unexplained);
            last = read.Length < pageRows;
            after = read.Length == 0 ? after : RowComparison.KeyOf(table, read[^1]);
            var differences = new List<Difference>();
            if (last || suspects.Count >= JoinedExtra.MostSuspects)
            {
                differences = await _extra.FindAsync(suspects, cancellationToken);
                suspects.Clear();
            }

            if (suspects.Count == 0 && after is not null)
            {
                // Suspects are not kept: what comes before the first that is open is settled.
                await Settled(new TableStep(CheckPlace.At(There, KeyText.Write(after)), 0, differences));
            }

            await pace.KeepAsync(read.Length, cancellationToken);
        }
    }
}
