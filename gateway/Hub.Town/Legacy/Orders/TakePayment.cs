using System.Security.Cryptography;
using System.Text;
using Hub.Storage;
using Hub.Town.Legacy.Store;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Legacy.Orders;

/// <summary>
/// The payment provider's call-back, without any cookie: <c>order=…&amp;status=paid&amp;signature=…</c>. The same one twice
/// changes nothing the second time.
/// </summary>
internal static class TakePayment
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("town-payments");

    public static async Task<IResult> Post(HttpContext http, LegacyDatabase shop)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var order = form["order"].ToString();
        var status = form["status"].ToString();
        if (status != "paid" || !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(Sign(order, status)), Encoding.UTF8.GetBytes(form["signature"].ToString())))
        {
            return TypedResults.Text("wrong signature", statusCode: StatusCodes.Status403Forbidden);
        }

        var known = shop.Write(db =>
        {
            db.Execute($"UPDATE Orders SET Status = 'paid', PaidOn = {shop.Now} WHERE OrderNumber = {order} AND Status = 'pending'");
            return PlacedOrder.Find(db, order) is not null;
        });
        return known ? TypedResults.Text("ok") : TypedResults.Text("unknown order", statusCode: StatusCodes.Status404NotFound);
    }

    public static string Sign(string order, string status) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes($"{order}|{status}")));
}
