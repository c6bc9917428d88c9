namespace Hub.Connectors;

/// <summary>Asks the vendor something harmless, for <c>hub connector check</c>. A connector that has none is checked by what its other ports can read.</summary>
public interface IConnectorCheck
{
    /// <returns>Done: a sentence that says what was found (whose account it is, say); else what is wrong.</returns>
    Task<CallOutcome<string>> CheckAsync(CancellationToken cancellationToken);
}
