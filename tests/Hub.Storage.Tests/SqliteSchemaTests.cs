using Microsoft.Data.Sqlite;

namespace Hub.Storage.Tests;

public sealed class SqliteSchemaTests : IDisposable
{
    private const string First = "CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT NOT NULL)";
    private const string Second = "ALTER TABLE shelf ADD COLUMN place TEXT; UPDATE shelf SET place = 'hall'";
    private const string Third = "CREATE TABLE box (id INTEGER PRIMARY KEY)";

    private readonly string _folder = Directory.CreateTempSubdirectory("hub-").FullName;
    private readonly SqliteFile _file;

    public SqliteSchemaTests() => _file = new SqliteFile(Path.Combine(_folder, "store.db"));

    public void Dispose()
    {
        _file.Close();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Upgrade_NewFile_MakesAllStepsAndNoBackup()
    {
        new SqliteSchema(First, Second, Third).Upgrade(_file);

        Assert.Equal(3, Version(_file));
        Assert.Empty(Directory.GetFiles(_folder, "*.bak"));
    }

    [Fact]
    public void Upgrade_OlderFile_KeepsRowsAndABackupThatOpens()
    {
        new SqliteSchema(First).Upgrade(_file);
        Put("oak");

        new SqliteSchema(First, Second, Third).Upgrade(_file);

        Assert.Equal(["oak in hall"], Read(_file, $"SELECT name || ' in ' || place FROM shelf"));
        var backup = new SqliteFile(_file.Path + ".v1.bak");
        Assert.Equal(1, Version(backup));
        Assert.Equal(["oak"], Read(backup, $"SELECT name FROM shelf"));
        backup.Close();
    }

    [Fact]
    public void Upgrade_AStepFailsHalfWay_LeavesTheStepBeforeWholeAndGoesOnLater()
    {
        new SqliteSchema(First).Upgrade(_file);
        Put("oak");

        Assert.Throws<SqliteException>(() =>
            new SqliteSchema(First, Second, "CREATE TABLE box (id INTEGER PRIMARY KEY); SELECT nothing FROM nowhere").Upgrade(_file));

        Assert.Equal(2, Version(_file));
        Assert.Empty(Read(_file, $"SELECT name FROM sqlite_master WHERE name = 'box'"));
        new SqliteSchema(First, Second, Third).Upgrade(_file);
        Assert.Equal(3, Version(_file));
        Assert.Equal(["oak in hall"], Read(_file, $"SELECT name || ' in ' || place FROM shelf"));
    }

    [Fact]
    public void Upgrade_KilledWhileBackingUp_MakesTheBackupAnew()
    {
        new SqliteSchema(First).Upgrade(_file);
        Put("oak");
        File.WriteAllText(_file.Path + ".v1.bak.tmp", "half a backup");

        new SqliteSchema(First, Second).Upgrade(_file);

        Assert.False(File.Exists(_file.Path + ".v1.bak.tmp"));
        var backup = new SqliteFile(_file.Path + ".v1.bak");
        Assert.Equal(["oak"], Read(backup, $"SELECT name FROM shelf"));
        backup.Close();
    }

    [Fact]
    public void Upgrade_FileOfANewerHub_IsRefusedUntouchedAndSaysWhatToDo()
    {
        new SqliteSchema(First, Second).Upgrade(_file);

        var refused = Assert.Throws<InvalidOperationException>(() => new SqliteSchema(First).Upgrade(_file));

        Assert.Contains("newer Hub", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{_file.Path}.v1.bak", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, Version(_file));
    }

    [Fact]
    public void Upgrade_AtTheNewestAlready_ChangesNothing()
    {
        var schema = new SqliteSchema(First, Second);
        schema.Upgrade(_file);

        schema.Upgrade(_file);

        Assert.Equal(2, Version(_file));
        Assert.Empty(Directory.GetFiles(_folder, "*.bak"));
    }

    private void Put(string name)
    {
        using var connection = _file.Open();
        connection.Execute($"INSERT INTO shelf (name) VALUES ({name})");
    }

    private static List<string> Read(SqliteFile file, FormattableString sql)
    {
        using var connection = file.Open();
        return connection.Query(sql, row => row.GetString(0));
    }

    private static long Version(SqliteFile file)
    {
        using var connection = file.Open();
        return connection.Query($"PRAGMA user_version", row => row.GetInt64(0)).Single();
    }
}
