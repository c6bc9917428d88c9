using Hub.ChangeFeed;

namespace Hub.Migration.Applying;

/// <summary>How far the first copy of a source table into a target has come.</summary>
/// <param name="Begun">Changes of a table that is not begun are passed over: its copy will hold them.</param>
/// <param name="LastKey">The key of the last row copied.</param>
internal sealed record CopyState(string Table, bool Begun, ChangeRow? LastKey, long Rows, bool Done)
{
    /// <summary>Of a copy by signal, the signal's id: drawn where the copy begins in the stream, so that it is known before it is written.</summary>
    public string? Signal { get; init; }

    /// <summary>What the Debezium connector said last of that signal: a word of <see cref="Snapshots.SignalWord"/>; null: it has not come by yet.</summary>
    public string? Said { get; init; }
}
