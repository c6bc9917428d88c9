using Npgsql;

namespace Hub.ChangeFeed.Postgres;

/// <summary>How Hub connects to legacy's PostgreSQL: with settings that fix how values are printed, whatever role and database say.</summary>
internal static class PostgresSession
{
    private const string Settings =
        "-c datestyle=ISO -c intervalstyle=iso_8601 -c extra_float_digits=1 -c timezone=UTC -c bytea_output=hex -c lc_monetary=C -c standard_conforming_strings=on -c xmlbinary=base64";

    public static NpgsqlConnectionStringBuilder Of(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { Timezone = "UTC" };
        builder.Options = string.IsNullOrEmpty(builder.Options) ? Settings : $"{builder.Options} {Settings}";
        builder.ApplicationName ??= "hub";
        builder.Enlist = false;
        return builder;
    }

    /// <summary>A name as SQL writes it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
