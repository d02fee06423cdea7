using System.Reflection;
using System.Reflection.Emit;
using MLPipeline.Export.Tracing.Recording;
using TorchSharp;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>The small methods that rewritten code calls in place of others. Each has the signature of what it stands for.</summary>
internal static class Stubs
{
    /// <summary>Where a tensor keeps its native pointer.</summary>
    public static readonly FieldInfo PointerField =
        typeof(torch.Tensor).GetField("handle", BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(nameof(torch.Tensor), "handle");

    /// <summary>Reads a tensor's native pointer and tells the recorder.</summary>
    public static readonly DynamicMethod TakePointerField = MakeTakePointerField();

    /// <summary>Runs a method as it is.</summary>
    public static DynamicMethod PlainCall(MethodBase method)
    {
        var signature = Signature.Of(method);
        var stub = New("call " + method.Name, signature);
        var il = stub.GetILGenerator();
        EmitRealCall(il, method, signature, virtually: method.IsAbstract);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Tells the recorder of the arguments, runs the method as it is, and tells it of the result.</summary>
    public static DynamicMethod Recording(MethodBase method)
    {
        var signature = Signature.Of(method);
        var stub = New("record " + method.Name, signature);
        var il = stub.GetILGenerator();
        var pending = il.DeclareLocal(typeof(object));
        EmitSettled(il, signature);
        il.Emit(OpCodes.Ldc_I4, MethodTable.NumberOf(method));
        EmitSnapshot(il, signature);
        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.BeforeCall)));
        il.Emit(OpCodes.Stloc, pending);
        var done = il.DefineLabel();
        if (ConvolutionStandIn.Exists(method))
        {
            il.Emit(OpCodes.Ldloc, pending);
            il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.StandIn)));
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Brtrue, done);
            il.Emit(OpCodes.Pop);
        }

        EmitRealCall(il, method, signature, virtually: false);
        il.MarkLabel(done);
        EmitAfterCall(il, signature, pending);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Tells the recorder which pointers a native function gets, then runs it.</summary>
    public static DynamicMethod Native(MethodBase method)
    {
        var signature = Signature.Of(method);
        var stub = New("native " + method.Name, signature);
        var il = stub.GetILGenerator();
        var pointers = Enumerable.Range(0, signature.Parameters.Length).Where(i => signature.Parameters[i] == typeof(nint)).ToArray();
        il.Emit(OpCodes.Ldc_I4, MethodTable.NumberOf(method));
        il.Emit(OpCodes.Ldc_I4, pointers.Length);
        il.Emit(OpCodes.Newarr, typeof(nint));
        for (var i = 0; i < pointers.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, (short)pointers[i]);
            il.Emit(OpCodes.Stelem_I);
        }

        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.BeforeNative)));
        EmitRealCall(il, method, signature, virtually: false);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Tells the recorder of a call and its receiver, then runs the method as it is.</summary>
    public static DynamicMethod Announced(MethodBase method, string announcement)
    {
        var signature = Signature.Of(method);
        var stub = New("announced " + method.Name, signature);
        var il = stub.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4, MethodTable.NumberOf(method));
        il.Emit(signature.Parameters.FirstOrDefault() == typeof(object) ? OpCodes.Ldarg_0 : OpCodes.Ldnull);
        il.Emit(OpCodes.Call, Runtime.Method(announcement));
        EmitRealCall(il, method, signature, virtually: false);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Runs a struct's treated method on the struct inside a box.</summary>
    public static DynamicMethod Unboxing(MethodBase method)
    {
        var inner = Signature.Of(method);
        var signature = Signature.Of(inner.Returns, [typeof(object), .. inner.Parameters.Skip(1)]);
        var stub = New("unbox " + method.Name, signature);
        var il = stub.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Unbox, method.DeclaringType!);
        EmitArguments(il, signature, from: 1);
        il.Emit(OpCodes.Call, Invokers.BodyOf(method));
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Finds at run time what the call reaches, and runs its treated form within a frame of its own.</summary>
    /// <param name="method">The method the code names.</param>
    /// <param name="virtually">Whether an override may be what is reached.</param>
    public static DynamicMethod Dispatch(MethodBase method, bool virtually)
    {
        var signature = Signature.Of(method);
        var stub = New("enter " + method.Name, signature);
        EmitInFrame(stub.GetILGenerator(), signature, il =>
        {
            il.Emit(OpCodes.Ldc_I4, MethodTable.NumberOf(method));
            il.Emit(method.IsStatic || method.DeclaringType!.IsValueType ? OpCodes.Ldnull : OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, Runtime.Method(virtually ? nameof(Runtime.EnterVirtual) : nameof(Runtime.Enter)));
        });
        return stub;
    }

    /// <summary>A virtual call through a managed pointer to a reference: loads it and dispatches.</summary>
    public static DynamicMethod ConstrainedDispatch(MethodInfo method, Type constraint)
    {
        var inner = Signature.Of(method);
        var signature = Signature.Of(inner.Returns, [constraint.MakeByRefType(), .. inner.Parameters.Skip(1)]);
        var stub = New("enter " + method.Name, signature);
        var il = stub.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldobj, constraint);
        EmitArguments(il, signature, from: 1);
        il.Emit(OpCodes.Call, Dispatch(method, virtually: true));
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Runs a framework method with every delegate, sequence and comparer among its arguments led back into rewritten code.</summary>
    public static DynamicMethod WithCallbacks(MethodBase method)
    {
        var signature = Signature.Of(method);
        var stub = New("call " + method.Name, signature);
        var il = stub.GetILGenerator();
        // The receiver is typed object here, and a delegate's Invoke is where an untreated delegate turns up.
        EmitLedBack(il, method.IsStatic ? signature.Parameters : [method.DeclaringType!, .. signature.Parameters.Skip(1)]);
        il.Emit(method.IsStatic || method.DeclaringType!.IsValueType || !method.IsVirtual ? OpCodes.Call : OpCodes.Callvirt, (MethodInfo)method);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Calls another method in a method's place.</summary>
    public static DynamicMethod Replaced(MethodBase method, MethodInfo replacement)
    {
        var signature = Signature.Of(method);
        var stub = New("call " + method.Name, signature);
        var il = stub.GetILGenerator();
        EmitArguments(il, signature, from: 0);
        il.Emit(OpCodes.Call, replacement);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Loads the arguments, with delegates, sequences and comparers led back into rewritten code.</summary>
    public static void EmitLedBack(ILGenerator il, Type[] parameters)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, (short)i);
            if (!Callbacks.MayHold(parameters[i]))
                continue;
            if (Comparers.Wrapping(parameters[i]) is { } wrapping)
            {
                il.Emit(OpCodes.Call, wrapping);
                continue;
            }

            il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.LeadBack)));
            il.Emit(OpCodes.Castclass, parameters[i]);
        }
    }

    private static DynamicMethod MakeTakePointerField()
    {
        var stub = New("take pointer", Signature.Of(typeof(nint), typeof(torch.Tensor)));
        var il = stub.GetILGenerator();
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.BeforeTake)));
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, PointerField);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>A stub without a body yet.</summary>
    public static DynamicMethod New(string name, Signature signature) =>
        new(name, signature.Returns, signature.Parameters, typeof(Stubs).Module, skipVisibility: true);

    private static void EmitRealCall(ILGenerator il, MethodBase method, Signature signature, bool virtually)
    {
        EmitArguments(il, signature, from: 0);
        if (method is ConstructorInfo constructor)
            il.Emit(OpCodes.Call, constructor);
        else
            il.Emit(virtually ? OpCodes.Callvirt : OpCodes.Call, (MethodInfo)method);
    }

    /// <summary>Loads the arguments from one on.</summary>
    public static void EmitArguments(ILGenerator il, Signature signature, int from)
    {
        for (var i = from; i < signature.Parameters.Length; i++)
            il.Emit(OpCodes.Ldarg, (short)i);
    }

    private static void EmitInFrame(ILGenerator il, Signature signature, Action<ILGenerator> loadDelegate)
    {
        var target = il.DeclareLocal(signature.DelegateType);
        var result = signature.Returns == typeof(void) ? null : il.DeclareLocal(signature.Returns);
        loadDelegate(il);
        il.Emit(OpCodes.Castclass, signature.DelegateType);
        il.Emit(OpCodes.Stloc, target);
        il.BeginExceptionBlock();
        il.Emit(OpCodes.Ldloc, target);
        EmitArguments(il, signature, from: 0);
        il.Emit(OpCodes.Callvirt, signature.DelegateType.GetMethod("Invoke")!);
        if (result is not null)
            il.Emit(OpCodes.Stloc, result);
        il.BeginFinallyBlock();
        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.Leave)));
        il.EndExceptionBlock();
        if (result is not null)
            il.Emit(OpCodes.Ldloc, result);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitSettled(ILGenerator il, Signature signature)
    {
        for (var i = 0; i < signature.Parameters.Length; i++)
        {
            if (Callbacks.ElementOf(signature.Parameters[i]) is not { } element)
                continue;
            il.Emit(OpCodes.Ldarg, (short)i);
            il.Emit(OpCodes.Call, typeof(Callbacks).GetMethod(nameof(Callbacks.Settled))!.MakeGenericMethod(element));
            il.Emit(OpCodes.Starg, (short)i);
        }
    }

    private static void EmitSnapshot(ILGenerator il, Signature signature)
    {
        il.Emit(OpCodes.Ldc_I4, signature.Parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < signature.Parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            EmitBoxed(il, signature.Parameters[i], i);
            il.Emit(OpCodes.Stelem_Ref);
        }
    }

    // A span can't be boxed: its elements are copied.
    private static void EmitBoxed(ILGenerator il, Type type, int index)
    {
        if (type.IsByRefLike && type.GetMethod("ToArray", Type.EmptyTypes) is { } toArray)
        {
            il.Emit(OpCodes.Ldarga, (short)index);
            il.Emit(OpCodes.Call, toArray);
        }
        else if (type.IsByRef || type.IsPointer || type.IsByRefLike)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldarg, (short)index);
            if (type.IsValueType)
                il.Emit(OpCodes.Box, type);
        }
    }

    private static void EmitAfterCall(ILGenerator il, Signature signature, LocalBuilder pending)
    {
        var result = signature.Returns == typeof(void) ? null : il.DeclareLocal(signature.Returns);
        if (result is not null)
            il.Emit(OpCodes.Stloc, result);
        il.Emit(OpCodes.Ldloc, pending);
        if (result is null)
            il.Emit(OpCodes.Ldnull);
        else
            il.Emit(OpCodes.Ldloc, result);
        if (result?.LocalType.IsValueType == true)
            il.Emit(OpCodes.Box, result.LocalType);
        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.AfterCall)));
        if (result is not null)
            il.Emit(OpCodes.Ldloc, result);
    }
}
