using Hub.Configuration;
using Npgsql;

namespace Hub.Adapters;

/// <summary>The adapters' store in PostgreSQL: any number of planes may work on one.</summary>
public sealed class StoreOptions
{
    /// <summary>Npgsql's connection string, without the password: <c>Host=db;Database=hub;Username=hub</c>.</summary>
    public required string Connection { get; init; }

    /// <summary>Where the password is; nothing where the server wants none.</summary>
    public Secret Password { get; init; }

    /// <summary>What is wrong with a connection string, or null.</summary>
    public static string? Problem(string connection)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connection);
            return settings.Password is { Length: > 0 } || settings.Passfile is { Length: > 0 }
                ? "a password does not belong into the connection string, which others can read. Point to it with --store-password env:NAME or file:PATH."
                : settings.Host is not { Length: > 0 } || settings.Database is not { Length: > 0 }
                    ? "the connection string names no Host or no Database. Write \"Host=db;Database=hub;Username=hub\"."
                    : null;
        }
        catch (ArgumentException)
        {
            // Its message may repeat what was written, a password too.
            return "this is no connection string of Npgsql's. Write \"Host=db;Database=hub;Username=hub\".";
        }
    }

    /// <summary>With the password, read now.</summary>
    /// <exception cref="InvalidOperationException">The secret's variable or file does not exist.</exception>
    internal string Reveal()
    {
        var settings = new NpgsqlConnectionStringBuilder(Connection);
        if (!Password.IsEmpty)
        {
            settings.Password = Password.Reveal();
        }

        return settings.ConnectionString;
    }
}
