using System.Text.Json;
using Hub.Storage;

namespace Hub.Town.Storefront.Carrying;

/// <summary>The carries, in <c>new-checkout.db</c>.</summary>
internal sealed class CarryStore(SqliteFile file)
{
    /// <summary>Keeps a new carry; one of the same id that is there already stays as it is.</summary>
    /// <returns>The one that is kept.</returns>
    public Carry Begin(Carry carry)
    {
        using var connection = file.Open();
        connection.Execute(
            $"INSERT INTO carry VALUES ({carry.Id}, {carry.State.ToString()}, {JsonSerializer.Serialize(carry)}) ON CONFLICT DO NOTHING");
        return Read($"SELECT carry FROM carry WHERE id = {carry.Id}")[0];
    }

    public Carry Save(Carry carry)
    {
        using var connection = file.Open();
        connection.Execute(
            $"UPDATE carry SET state = {carry.State.ToString()}, carry = {JsonSerializer.Serialize(carry)} WHERE id = {carry.Id}");
        return carry;
    }

    public List<Carry> Open() => Read($"SELECT carry FROM carry WHERE state = 'Open'");

    private List<Carry> Read(FormattableString sql)
    {
        using var connection = file.Open();
        return connection.Query(sql, row => JsonSerializer.Deserialize<Carry>(row.GetString(0))!);
    }
}
