using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using MLPipeline.Export.Tracing.Rewriting;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>The tensors a module holds on to from one run to the next: in its fields, its collections, its delegates, in what those refer to.</summary>
internal static class ReachableTensors
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();

    /// <summary>The live tensors reachable from a module.</summary>
    public static IReadOnlyList<Tensor> From(nn.Module module)
    {
        var found = new List<Tensor>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object>([module]);
        while (waiting.TryPop(out var item))
        {
            if (!seen.Add(item))
                continue;
            if (item is Tensor tensor)
            {
                if (!tensor.IsInvalid)
                    found.Add(tensor);
                continue;
            }

            foreach (var next in Neighbours(item))
                waiting.Push(next);
        }

        return found;
    }

    private static IEnumerable<object> Neighbours(object item) => item switch
    {
        Delegate callback => callback.Target is { } target ? [target] : [],
        Array array => MayLead(array.GetType().GetElementType()!) ? array.OfType<object>() : [],
        IDictionary map => map.Values.OfType<object>(),
        // A sequence that is no collection may compute its elements; it is looked at as an object.
        ICollection list => list.OfType<object>(),
        _ when CodeOrigins.Of(item.GetType()) == CodeOrigin.Framework && !CallPolicy.CarriesTensors(item.GetType()) => [],
        _ => FieldsOf(item.GetType()).Select(f => f.GetValue(f.IsStatic ? null : item)).OfType<object>(),
    };

    private static FieldInfo[] FieldsOf(Type type) => Fields.GetOrAdd(type, static type =>
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var fields = new List<FieldInfo>();
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            // What static fields of TorchSharp and the framework hold is theirs.
            fields.AddRange(level.GetFields(own).Where(f => MayLead(f.FieldType) && (!f.IsStatic || IsUsers(f))));
        }

        return [.. fields];
    });

    private static bool IsUsers(FieldInfo field) => CodeOrigins.Of(field) == CodeOrigin.User && !field.IsLiteral && !field.DeclaringType!.ContainsGenericParameters;

    private static bool MayLead(Type type) => !type.IsPrimitive && !type.IsEnum && !type.IsPointer && !type.IsFunctionPointer && !type.IsByRefLike && type != typeof(string)
        && !typeof(MemberInfo).IsAssignableFrom(type) && !typeof(Assembly).IsAssignableFrom(type) && !typeof(System.Runtime.InteropServices.SafeHandle).IsAssignableFrom(type);
}
