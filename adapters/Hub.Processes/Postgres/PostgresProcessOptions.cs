namespace Hub.Processes.Postgres;

/// <summary>How instances of the plane share a store in PostgreSQL.</summary>
public sealed class PostgresProcessOptions
{
    /// <summary>How long a claim of an effect holds that is not renewed. What an instance had begun when it died is looked up after it, and the vendor's window.</summary>
    /// <value>The default is 15 seconds; it is renewed three times in that.</value>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often an instance looks for what came through others; what comes through itself it sees at once.</summary>
    /// <value>The default is half a second.</value>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(500);
}
