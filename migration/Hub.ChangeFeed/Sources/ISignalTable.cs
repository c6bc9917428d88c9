namespace Hub.ChangeFeed.Sources;

/// <summary>A source whose Debezium connector takes what it is told from rows of a table.</summary>
public interface ISignalTable
{
    /// <summary>Writes a signal; where one with this id stands, it was written before and stays as it is.</summary>
    /// <param name="table">The connector's table of signals, in the source's default schema.</param>
    /// <param name="type">Debezium's word for it: <c>execute-snapshot</c>, <c>pause-snapshot</c>, <c>resume-snapshot</c>.</param>
    /// <param name="data">What belongs to it, as JSON.</param>
    /// <returns>False where it was written before.</returns>
    Task<bool> SignalAsync(string table, string id, string type, string? data, CancellationToken cancellationToken);
}
