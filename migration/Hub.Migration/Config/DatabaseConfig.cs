using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Migration.Config;

/// <summary>How a database server is reached.</summary>
internal sealed class DatabaseConfig
{
    /// <summary>Its connection string, without the password: <c>Host=db;Database=shop;Username=hub</c>.</summary>
    [Required, MinLength(1)]
    public string Connection { get; init; } = "";

    /// <summary>Where the password is; nothing where the server wants none.</summary>
    public Secret Password { get; init; }

    /// <summary>The schema in which tables are that are named without one.</summary>
    /// <value>The default is <c>public</c> in PostgreSQL, <c>dbo</c> in SQL Server, the database in MariaDB and MySQL.</value>
    public string? Schema { get; init; }
}
