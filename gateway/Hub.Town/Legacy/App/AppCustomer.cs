using Hub.Storage;
using Hub.Town.Legacy.Carts;
using Hub.Town.Legacy.Store;
using Hub.Town.Legacy.Visits;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Legacy.App;

/// <summary>The customer whose app it is, by <c>Authorization: Bearer</c>.</summary>
internal sealed record AppCustomer(long Id, string Name, string Email)
{
    public CartOwner Cart => new(Id, null);

    /// <summary>Null where the token is missing or unknown.</summary>
    public static AppCustomer? Of(HttpContext http, SqliteConnection db)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? null : db.Query($"""
            SELECT Id, Name, Email FROM ApiToken JOIN Customer ON Customer.Id = CustomerId WHERE Token = {header[7..].Trim()}
            """, row => new AppCustomer(row.GetInt64(0), row.GetString(1), row.GetString(2))).SingleOrDefault();
    }

    /// <summary>Answers for the customer; 401 for anybody else.</summary>
    public static IResult Ask(HttpContext http, LegacyDatabase shop, Func<AppCustomer, IResult> answer) =>
        shop.Read(db => Of(http, db)) is { } customer ? answer(customer) : TypedResults.Unauthorized();
}

/// <summary>The app's log-in.</summary>
internal sealed record AppLogIn(string? Email, string? Password)
{
    public static IResult Post(AppLogIn logIn, LegacyDatabase shop)
    {
        if (shop.Read(db => LogIn.Known(db, logIn.Email ?? "", logIn.Password ?? "")) is not { } customer)
        {
            return TypedResults.Unauthorized();
        }

        var token = Sessions.NewKey();
        shop.Write(db => db.Execute($"INSERT INTO ApiToken(Token, CustomerId, CreatedOn) VALUES ({token}, {customer}, {shop.Now})"));
        return TypedResults.Json(new { token });
    }
}
