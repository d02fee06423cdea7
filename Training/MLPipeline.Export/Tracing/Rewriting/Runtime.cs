using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>What stubs call while rewritten code runs.</summary>
internal static class Runtime
{
    private static readonly ConcurrentDictionary<MethodBase, DynamicMethod> Bound = new();

    /// <summary>One of these methods, for emitting a call to it.</summary>
    public static MethodInfo Method(string name) => typeof(Runtime).GetMethod(name, BindingFlags.Public | BindingFlags.Static)!;

    /// <summary>Opens a frame and returns the treated form of the method that a virtual call reaches on this receiver.</summary>
    public static Delegate EnterVirtual(int number, object? receiver)
    {
        var method = MethodTable.Of(number);
        return Open(Reached(method, receiver), receiver, Signature.Of(method).DelegateType);
    }

    /// <summary>Opens a frame and returns the treated form of exactly this method.</summary>
    public static Delegate Enter(int number, object? receiver)
    {
        var method = MethodTable.Of(number);
        return Open(method, receiver, Signature.Of(method).DelegateType);
    }

    /// <summary>Closes the frame.</summary>
    public static void Leave() => Recorder.Leave();

    /// <summary>Hands the recorder the arguments of a call that becomes an operator.</summary>
    public static object? BeforeCall(int number, object?[] arguments) => Recorder.Current?.Before(MethodTable.Of(number), arguments);

    /// <summary>What the recorder takes for the result of that call; null when the method must run.</summary>
    public static Tensor? StandIn(object? pending) => (pending as PendingCall)?.StandIn;

    /// <summary>Hands the recorder the result of that call.</summary>
    public static void AfterCall(object? pending, object? result)
    {
        if (pending is not null)
            Recorder.Current?.After((PendingCall)pending, result);
    }

    /// <summary>Tells the recorder that a native function without a converter gets pointers.</summary>
    public static void BeforeNative(int number, nint[] pointers) => Recorder.Current?.Native(MethodTable.Of(number), pointers);

    /// <summary>Tells the recorder that code asks for a tensor's elements.</summary>
    public static void BeforeRead(int number, object tensor) => Recorder.Current?.Read(MethodTable.Of(number), (Tensor)tensor);

    /// <summary>Tells the recorder that code asks for a tensor's lengths.</summary>
    public static void BeforeMeasure(int number, object tensor) => Recorder.Current?.Measure(MethodTable.Of(number), (Tensor)tensor);

    /// <summary>Tells the recorder that code takes a tensor's native pointer.</summary>
    public static void BeforeTake(int number, object tensor) => Recorder.Current?.Take((Tensor)tensor);

    /// <summary>Tells the recorder that a tensor's native pointer goes to another wrapper.</summary>
    public static void BeforeMove(int number, object tensor) => Recorder.Current?.Move((Tensor)tensor);

    /// <summary>Tells the recorder that a method runs that can't be followed.</summary>
    public static void BeforeObscure(int number, object? first) => Recorder.Current?.Unfollowed(MethodRewriter.Obstacle(MethodTable.Of(number))!);

    /// <summary>Tells the recorder that rewritten code made a wrapper.</summary>
    public static void AfterCreation(object tensor) => Recorder.Current?.Made((Tensor)tensor);

    /// <summary>An object whose constructor has not run yet.</summary>
    public static object Allocate(RuntimeTypeHandle type) => RuntimeHelpers.GetUninitializedObject(Type.GetTypeFromHandle(type)!);

    /// <summary>A delegate to the treated form of a method.</summary>
    public static Delegate MakeDelegate(object? target, int number, RuntimeTypeHandle delegateType) =>
        Bind((MethodInfo)MethodTable.Of(number), target, Type.GetTypeFromHandle(delegateType)!);

    /// <summary>See <see cref="Callbacks.LeadBack(object)"/>.</summary>
    public static object? LeadBack(object? argument) => Callbacks.LeadBack(argument);

    /// <summary>A delegate of the given type to the treated form of a method, bound to a target.</summary>
    public static Delegate Bind(MethodInfo method, object? target, Type delegateType)
    {
        var reached = method.IsStatic ? method : (MethodInfo)Reached(method, target);
        if (CallPolicy.Of(reached) == Treatment.Run || (reached is { IsStatic: false, DeclaringType.IsValueType: true } && !IsUsersStruct(reached)))
            return Delegate.CreateDelegate(delegateType, target, reached);
        // One stub for each method: delegates to one method and target are equal, as events need them to be.
        var stub = Bound.GetOrAdd(reached, static m => IsUsersStruct(m) ? Stubs.Unboxing(m) : Stubs.Dispatch(m, virtually: false));
        return target is null ? stub.CreateDelegate(delegateType) : stub.CreateDelegate(delegateType, target);
    }

    /// <summary>Calls a virtual method without parameters in its treated form.</summary>
    public static object? CallVirtual(MethodInfo method, object receiver)
    {
        var target = EnterVirtual(MethodTable.NumberOf(method), receiver);
        try
        {
            return target.DynamicInvoke(receiver);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Opens a frame and returns the treated form of a method.</summary>
    public static Delegate Open(MethodBase target, object? receiver, Type delegateType)
    {
        Recorder.Current?.Enter(target, receiver);
        if (Recorder.Current?.Custom.Find(target, receiver) is not null)
            return Invokers.RecordedDelegateOf(target, delegateType);
        return IsUsersStruct(target) && receiver is not null ? Invokers.BoxedDelegateOf(target, delegateType) : Invokers.DelegateOf(target, delegateType);
    }

    private static bool IsUsersStruct(MethodBase method) =>
        method is { IsStatic: false, DeclaringType.IsValueType: true } && CodeOrigins.Of(method) == CodeOrigin.User;

    /// <summary>The method that a call reaches on a receiver.</summary>
    public static MethodBase Reached(MethodBase method, object? receiver)
    {
        if (receiver is null || method is not MethodInfo info || !info.IsVirtual)
            return method;
        var found = VirtualTarget.Find(info, receiver.GetType());
        // A boxed struct's method wants a pointer into the box. The framework's structs are called through the interface, as they are.
        return found is null || (found.DeclaringType!.IsValueType && !IsUsersStruct(found)) ? method : found;
    }
}
