using System.Data.Common;
using System.Globalization;
using Hub.Configuration;
using Hub.Migration.Config;

namespace Hub.Migration;

/// <summary>A database as the config names it: legacy's or New's.</summary>
/// <param name="Connection">SQLite's whole path, otherwise the connection string without a password.</param>
/// <param name="Schema">Where tables are that are named without a schema.</param>
internal sealed record DatabaseModel(DatabaseEngine Engine, string Connection, Secret Password, string Schema)
{
    private static readonly string[] PasswordNames = ["password", "pwd"];
    private static readonly string[] HostNames = ["host", "server", "data source", "datasource"];
    private static readonly string[] DatabaseNames = ["database", "initial catalog", "db"];

    /// <summary>SQLite's file; null where it is a server.</summary>
    public string? File => Engine == DatabaseEngine.Sqlite ? Connection : null;

    /// <summary>How messages name it: the file, or host and database; no secret.</summary>
    public string Name => File ?? $"{Value(HostNames) ?? "localhost"}{(Value("port") is { } port ? $":{port}" : "")}/{Value(DatabaseNames)}";

    /// <summary>A server's database; empty for a file.</summary>
    public string Database => File is null ? Value(DatabaseNames) ?? "" : "";

    /// <summary>The host; empty for a file.</summary>
    public string Host => File is null ? Value(HostNames) ?? "" : "";

    /// <summary>What tells it from another one: two datasets must not capture one table of it.</summary>
    public string Identity => File ?? $"{Engine}:{Name}";

    /// <summary>The connection string with the password, read now.</summary>
    /// <exception cref="InvalidOperationException">The secret's variable or file isn't there.</exception>
    public string ConnectionString()
    {
        var builder = new DbConnectionStringBuilder { ConnectionString = Connection };
        if (!Password.IsEmpty)
        {
            builder["Password"] = Password.Reveal();
        }

        return builder.ConnectionString;
    }

    /// <summary>A part of the connection string, by any of its names, in whatever case; null where it is not there.</summary>
    public string? Value(params ReadOnlySpan<string> names)
    {
        var builder = new DbConnectionStringBuilder { ConnectionString = File is null ? Connection : "" };
        foreach (var name in names)
        {
            if (builder.TryGetValue(name, out var value))
            {
                return Convert.ToString(value, CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    /// <summary>Reads a server's part of the config; says what is wrong with it.</summary>
    public static DatabaseModel Read(DatabaseEngine engine, DatabaseConfig config, ConfigNode node, List<ConfigProblem> problems)
    {
        var model = new DatabaseModel(engine, "", config.Password, "");
        try
        {
            model = model with { Connection = config.Connection };
            if (model.Value(PasswordNames) is not null)
            {
                Add("a password stands in the connection string", "it would be committed with the file", "take it out and write Password: \"env:NAME\" or \"file:PATH\"");
                return model with { Connection = "" };
            }

            _ = engine switch
            {
                DatabaseEngine.Postgres => new Npgsql.NpgsqlConnectionStringBuilder(config.Connection),
                DatabaseEngine.MariaDb or DatabaseEngine.MySql => new MySqlConnector.MySqlConnectionStringBuilder(config.Connection),
                _ => new DbConnectionStringBuilder { ConnectionString = config.Connection },
            };
            if (config.Connection.Length > 0 && model.Value(DatabaseNames) is null)
            {
                Add("the connection string names no database", "nobody would know which one is meant", "add Database=NAME");
            }
        }
        catch (ArgumentException e)
        {
            Add($"'{config.Connection}' is no connection string: {e.Message.TrimEnd('.')}", "the database couldn't be reached", "write it like \"Host=db;Database=shop;Username=hub\"");
            return model with { Connection = "" };
        }

        return model with
        {
            Schema = config.Schema ?? engine switch
            {
                DatabaseEngine.Postgres => "public",
                DatabaseEngine.SqlServer => "dbo",
                _ => model.Database,
            },
        };

        void Add(string what, string why, string todo)
        {
            var place = node["Connection"] ?? node;
            problems.Add(new ConfigProblem(place.Path, place.Line, what, why, todo));
        }
    }
}

/// <summary>A database system that the pipeline knows.</summary>
internal enum DatabaseEngine
{
    Sqlite,
    Postgres,
    MariaDb,
    MySql,
    SqlServer,
}
