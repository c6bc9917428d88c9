using Hub.ChangeFeed;

namespace Hub.Migration.Applying;

/// <summary>How far the first copy of a source table into a target has come.</summary>
/// <param name="Begun">Changes of a table that is not begun are passed over: its copy will hold them.</param>
/// <param name="LastKey">The key of the last row copied.</param>
internal sealed record CopyState(string Table, bool Begun, ChangeRow? LastKey, long Rows, bool Done);
