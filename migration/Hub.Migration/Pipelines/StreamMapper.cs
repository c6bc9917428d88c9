using System.Collections.Immutable;
using Hub.ChangeFeed;
using Hub.ChangeFeed.Sources;
using Hub.Migration.Applying;
using Hub.Migration.Mapping;
using Hub.Migration.Snapshots;

namespace Hub.Migration.Pipelines;

/// <summary>
/// The stage between reading and applying: passes over tables whose copy has not begun, looks for columns that came or went,
/// notes what windows ask for, puts their rows in, and maps.
/// </summary>
internal sealed class StreamMapper(string dataset, TargetMapping mapping, SchemaWatch schema, WatermarkWindows windows, TargetState state, SignalledCopies? signalled = null)
{
    private readonly HashSet<string> _begun = [.. state.Copies.Values.Where(copy => copy.Begun).Select(copy => copy.Table)];
    private readonly List<WatermarkWindow> _open = [];
    private string? _lastTable;
    private bool _lastBegun;

    public MappedBatch Map(ChangeBatch batch)
    {
        var copies = ImmutableArray.CreateBuilder<CopyState>();
        var passed = ImmutableArray.CreateBuilder<WatermarkWindow>();

        // The list is made only where it differs from what came.
        List<ChangeEvent>? kept = null;
        for (var i = 0; i < batch.Events.Length; i++)
        {
            var change = batch.Events[i];
            if (change.Table == Watermark.Table)
            {
                kept?.Add(change);
                if (signalled is { IsWanted: true } && Watermark.Of(change) is { } here && here.Dataset == dataset && signalled.Begin(here) is { } begun)
                {
                    _begun.Add(begun.Table);
                    _lastTable = null;
                    Put(begun, copies);
                }

                if (windows.Any && Watermark.Of(change) is { Mark: { } mark } watermark && watermark.Dataset == dataset
                    && windows.TryFind(mark, out var window, out var ends))
                {
                    if (!ends)
                    {
                        Begin(window, copies);
                    }
                    else
                    {
                        kept ??= [.. batch.Events.AsSpan(0, i + 1)];
                        _open.Remove(window);
                        End(window, change, kept, copies);
                        passed.Add(window);
                    }
                }
            }
            else if (!IsBegun(change.Table))
            {
                kept ??= [.. batch.Events.AsSpan(0, i)];
            }
            else
            {
                schema.Look(change);
                foreach (var window in _open)
                {
                    if (window.Table.Name == change.Table)
                    {
                        window.Touch(change);
                    }
                }

                kept?.Add(change);
                if (change.Operation == ChangeOperation.Read && signalled is { Any: true })
                {
                    signalled.Count(change.Table);
                }
            }
        }

        foreach (var copy in signalled?.Take(batch.Notifications) ?? [])
        {
            Put(copy, copies);
        }

        IReadOnlyList<ChangeEvent> events = kept is not null ? kept : batch.Events;
        return new MappedBatch(
            new AppliedBatch(MappedChanges.Map(mapping, dataset, events), batch.Next, batch.Open) { Copies = copies.ToImmutable() },
            passed.ToImmutable(), batch.Cut);
    }

    private bool IsBegun(string table)
    {
        if (!ReferenceEquals(table, _lastTable))
        {
            (_lastTable, _lastBegun) = (table, _begun.Contains(table));
        }

        return _lastBegun;
    }

    private void Begin(WatermarkWindow window, ImmutableArray<CopyState>.Builder copies)
    {
        _open.RemoveAll(candidate => !windows.IsOpen(candidate));
        _open.Add(window);
        if (window.Begins && _begun.Add(window.Table.Name))
        {
            // It is kept from here on: what the stream writes before the first chunk is committed has to be followed after a kill.
            copies.Add(new CopyState(window.Table.Name, Begun: true, LastKey: null, Rows: 0, Done: false));
            _lastTable = null;
        }
    }

    private static void End(WatermarkWindow window, ChangeEvent watermark, List<ChangeEvent> events, ImmutableArray<CopyState>.Builder copies)
    {
        window.AddRows(watermark, events);
        if (window.Copy is { } copy)
        {
            Put(copy, copies);
        }
    }

    /// <summary>The newest of a table counts.</summary>
    private static void Put(CopyState copy, ImmutableArray<CopyState>.Builder copies)
    {
        for (var i = copies.Count - 1; i >= 0; i--)
        {
            if (copies[i].Table == copy.Table)
            {
                copies.RemoveAt(i);
            }
        }

        copies.Add(copy);
    }
}

/// <summary>A batch that is ready to be applied.</summary>
/// <param name="Passed">Windows whose end is in it.</param>
/// <param name="Cut">A source transaction was cut before it ended.</param>
internal sealed record MappedBatch(AppliedBatch Batch, ImmutableArray<WatermarkWindow> Passed, bool Cut);
