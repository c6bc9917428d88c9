namespace Hub.Servers;

/// <summary>
/// The real servers that tests talk to, shared by all who run: work in a <see cref="TestDatabase"/>, on topics, slots and
/// connectors with random names of your own, and never stop one (<see cref="InfraTool"/> starts private ones for that).
/// </summary>
/// <remarks>Where a server's variable is not set the test is skipped and says so; with <c>CI=true</c> it fails.</remarks>
public static class TestServers
{
    /// <summary>An Npgsql connection string of a superuser; <c>wal_level</c> is logical.</summary>
    public static string Postgres => Setting("HUB_TEST_POSTGRES");

    /// <summary>A MySqlConnector connection string of root; binlog by row, with GTIDs.</summary>
    public static string MariaDb => Setting("HUB_TEST_MARIADB");

    /// <summary>Kafka's bootstrap servers.</summary>
    public static string Kafka => Setting("HUB_TEST_KAFKA");

    /// <summary>The address of Kafka Connect's REST API.</summary>
    public static string Connect => Setting("HUB_TEST_CONNECT");

    /// <summary>The address of a Tryton with its database, filled as <c>infra up tryton</c> does; its user is <c>hub</c>.</summary>
    public static string Tryton => Setting("HUB_TEST_TRYTON");

    /// <summary>A MySqlConnector connection string of root at a MySQL with a binlog by row; none is run in CI, so the test is skipped there too.</summary>
    public static string MySql => Setting("HUB_TEST_MYSQL", needed: false);

    /// <summary>A connection string at a SQL Server database where an administrator has run the SQL; none is run in CI, so the test is skipped there too.</summary>
    public static string SqlServer => Setting("HUB_TEST_SQLSERVER", needed: false);

    /// <summary>A name that no other run has: lower case, fit for databases, slots and topics.</summary>
    public static string RandomName(string what) => $"{what}_{Guid.NewGuid():N}"[..Math.Min(what.Length + 13, 60)];

    internal static string Setting(string variable, bool needed = true)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } setting)
        {
            return setting;
        }

        var message = $"{variable} is not set: a real server is needed here (docs/testing.md says how to start one).";
        if (needed && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        Assert.Skip(message);
        throw new InvalidOperationException(message);
    }
}
